import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Resolve } from '../../src/delivery/sender/resolver.ts'
import { freePort } from '../remote/sshd.ts'
import { type FaultServer, reply, startFaultServer } from './fault-server.ts'
import { openSender, postTo } from './support.ts'

const onLoopback: Resolve = async () => ({ kind: 'resolved', addresses: ['127.0.0.1'] })
const inside: Resolve = async () => ({ kind: 'resolved', addresses: ['10.0.0.1'] })

/** A proxy that knows nothing but CONNECT, and notes what it is asked. */
async function startProxy(status = 200) {
  const asked: { authority: string | undefined; login: string | undefined }[] = []
  const proxy: Server = createServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url, headers }, socket) => {
    asked.push({ authority: url, login: headers['proxy-authorization'] })
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const [host = '', port] = url?.split(':') ?? []
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    for (const end of [target, socket]) end.on('error', () => undefined)
    return undefined
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return { port: (proxy.address() as AddressInfo).port, asked }
}

async function startReceiver(): Promise<FaultServer> {
  const server = await startFaultServer({ answer: (socket) => socket.write(reply('200 OK', 'hi')) })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

async function outcomeThrough(proxy: string, port: number, resolve = onLoopback) {
  using sender = openSender(resolve, '127.0.0.0/8', proxy)
  const attempt = await sender.send(postTo(`http://hooks.example.org:${port}/`), 5000)
  return attempt.outcome
}

it('a proxy is asked for the address that was vetted, and carries the request', async () => {
  const receiver = await startReceiver()
  const proxy = await startProxy()
  const url = `http://me:s%3Acret@127.0.0.1:${proxy.port}`
  expect(await outcomeThrough(url, receiver.port)).toMatchObject({
    kind: 'answered',
    answer: { status: 200 },
  })
  const login = `Basic ${Buffer.from('me:s:cret').toString('base64')}`
  expect(proxy.asked).toEqual([{ authority: `127.0.0.1:${receiver.port}`, login }])
  expect(receiver.received[0]?.head).toContain(`host: hooks.example.org:${receiver.port}`)
})

it('a proxy does not lead to where policy forbids', async () => {
  const proxy = await startProxy()
  const outcome = await outcomeThrough(`http://127.0.0.1:${proxy.port}`, 80, inside)
  expect(outcome).toEqual({ kind: 'forbidden_address' })
  expect(proxy.asked).toEqual([])
})

it('a proxy that refuses, or is not there, is not the fault of the receiver', async () => {
  const refusing = await startProxy(403)
  expect(await outcomeThrough(`http://127.0.0.1:${refusing.port}`, 80)).toEqual({
    kind: 'proxy_failed',
    reason: '403',
  })
  const gone = `http://127.0.0.1:${await freePort()}`
  expect(await outcomeThrough(gone, 80)).toEqual({ kind: 'proxy_failed', reason: 'ECONNREFUSED' })
})
