import type { HookRequest } from '../../src/delivery/sender/model.ts'
import { openResolver, type Resolve } from '../../src/delivery/sender/resolver.ts'
import { Sender } from '../../src/delivery/sender/sender.ts'
import { addressPolicyOf, parseNetworks } from '../../src/network/address-policy.ts'

/** A sender that may connect to the machine itself. */
export const openSender = (
  resolve: Resolve = openResolver(),
  allow = '127.0.0.0/8,::1/128',
  proxy: string | null = null,
) => new Sender({ policy: addressPolicyOf(parseNetworks(allow).networks), resolve, proxy })

export const postTo = (url: string, changes: Partial<HookRequest> = {}): HookRequest => ({
  url,
  headers: [['X-GitHub-Event', 'ping']],
  body: Buffer.from('{"zen":"ü"}'),
  isTlsVerified: true,
  clientCertificate: null,
  ...changes,
})

export async function waitFor(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
