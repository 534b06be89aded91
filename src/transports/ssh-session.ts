import type { App } from '../app.ts'
import { whoOf } from '../audit/model.ts'
import { recordPush } from '../commits/commits.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import { admitKey, type KeyAdmission } from './admission.ts'
import { relay, type Wire } from './ssh-flow.ts'

type Call = Wire & {
  /** The client proved to hold it. */
  readonly key: DeployKeyRow
  readonly command: string
  readonly protocol: string | undefined
}

const failed = 1

/** Runs a client's command to its end and tells it the exit code. Never rejects. */
export async function runCommand(app: App, call: Call): Promise<void> {
  const { channel } = call
  // What is written to a client that has left.
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  try {
    const admission = await admitKey(app, call.key, call.command)
    if (admission.kind === 'serve') endWith(call, await serve(app, call, admission))
    else refuse(call, admission.message, admission.code)
  } catch (error) {
    app.log.error({ err: error, key_id: call.key.id }, 'ssh.command_failed')
    refuse(call, 'Server Error', failed)
  }
}

async function serve(
  app: App,
  call: Call,
  { service, repository, key }: Extract<KeyAdmission, { kind: 'serve' }>,
): Promise<number> {
  const began = app.now().getTime()
  const how = { mode: 'stateful', protocol: call.protocol } as const
  const address = call.socket.remoteAddress ?? null
  const who = whoOf({ kind: 'anonymous' }, { address, user_agent: null, request_id: null })
  const git =
    service === 'git-upload-pack'
      ? app.git.uploadPack(repository.id, how)
      : app.git.receivePack(repository.id, {
          ...how,
          onPush: (changes) => recordPush({ ...app, who }, repository, key, changes),
        })
  const code = await relay(call, git)
  const ms = app.now().getTime() - began
  app.log.info({ service, repository_id: repository.id, key_id: key.id, code, ms }, 'ssh.served')
  const outcome = code === 0 ? 'done' : 'failed'
  app.signals.emit('git', { transport: 'ssh', service, outcome, ms })
  return code ?? failed
}

function refuse(call: Call, message: string, code: number): void {
  call.channel.stderr.write(`${message}\n`)
  endWith(call, code)
}

function endWith({ channel }: Call, code: number): void {
  channel.exit(code)
  channel.end()
}
