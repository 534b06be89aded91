import type { Seal } from '../../lib/seal.ts'
import { Secret } from '../../lib/secret.ts'
import { SigningKey } from './signing-key.ts'

const keysMax = 10_000

/** Opens sealed secrets, and keeps the keys of those that were used last. */
export class SigningKeys {
  readonly #seal: Seal
  readonly #keys = new Map<string, SigningKey>()

  constructor(seal: Seal) {
    this.#seal = seal
  }

  find(sealed: string, context: string): SigningKey {
    // What is sealed for one context cannot be opened for another, so its text suffices to tell it.
    const key =
      this.#keys.get(sealed) ?? new SigningKey(new Secret(this.#seal.open(sealed, context)))
    this.#keys.delete(sealed)
    this.#keys.set(sealed, key)
    const [oldest] = this.#keys.keys()
    if (oldest !== undefined && this.#keys.size > keysMax) this.#keys.delete(oldest)
    return key
  }
}
