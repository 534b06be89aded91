import { AsyncLocalStorage } from 'node:async_hooks'
import type { Git } from '../git/git.ts'
import type { Tx } from '../store/engine.ts'
import type { Store } from '../store/store.ts'
import type { Within } from './model.ts'

/** The store, with a span for each transaction. */
export const tracedStore = (store: Store, within: Within): Store => ({
  ...store,
  transaction: (body, repositoryId) =>
    within('store.transaction', () => store.transaction(bodyHere(body), repositoryId)),
})

/** A body is run, and its commit told of, in a turn that any other request may have begun. */
function bodyHere<T>(body: (tx: Tx) => Promise<T>): (tx: Tx) => Promise<T> {
  const here = AsyncLocalStorage.snapshot()
  return (tx) => here(() => body({ ...tx, onCommit: (act) => tx.onCommit(() => here(act)) }))
}

/** Whatever of git takes a while; a stream ends with its request. */
export const tracedGit = (git: Git, within: Within): Git =>
  new Proxy(git, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name)
      if (typeof found !== 'function' || typeof name !== 'string') return found
      return (...given: unknown[]) => within(`git.${name}`, () => found(...given))
    },
  })
