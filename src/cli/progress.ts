import type { Deployment, DeploymentStatus } from '../client/model.ts'
import { toSecond } from '../lib/time.ts'
import type { Standing } from './decide-outcome.ts'
import { cut, lasting, type Output, oneLine, symbolOf } from './screen.ts'

/** Shows a deployment's statuses as they come. Disposing it leaves the terminal as it was. */
export type Progress = Disposable & {
  /** Whether no status has come yet. */
  readonly isEmpty: boolean
  show(status: DeploymentStatus): void
  /** A passing trouble, which is no status of the deployment. */
  note(messages: Output, text: string): void
  end(standing: Standing): void
  /** Takes the live line away. */
  clear(): void
}

/** One live line below the statuses on a terminal, plain dated lines elsewhere. */
export const openProgress = (output: Output, deployment: Deployment): Progress =>
  output.isTerminal ? openLive(output, deployment) : openPlain(output)

/** Addresses are shown once, when they are first known or change. */
function newAddresses() {
  const known = new Map<string, string>()
  return (status: DeploymentStatus): [name: 'log_url' | 'environment_url', url: string][] =>
    (['log_url', 'environment_url'] as const).flatMap((name) => {
      const url = oneLine(status[name] ?? '')
      if (url === '' || known.get(name) === url) return []
      known.set(name, url)
      return [[name, url]]
    })
}

function openPlain(output: Output): Progress {
  const addressesOf = newAddresses()
  let isEmpty = true
  return {
    get isEmpty() {
      return isEmpty
    },
    show: (status) => {
      isEmpty = false
      const date = toSecond(status.created_at)
      output.line([date, status.state, oneLine(status.description)].join('\t').trimEnd())
      for (const pair of addressesOf(status)) output.line([date, ...pair].join('\t'))
    },
    note: (messages, text) => messages.line(`${toSecond(new Date().toISOString())} ${text}`),
    end: () => {},
    clear: () => {},
    [Symbol.dispose]: () => {},
  }
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100
const hideCursor = '\x1b[?25l'
const clearLine = '\r\x1b[2K'
const showCursor = '\x1b[?25h'
const titles = { log_url: 'Log', environment_url: 'Site' } as const

function openLive(output: Output, deployment: Deployment): Progress {
  const addressesOf = newAddresses()
  const line = openLiveLine(output)
  let latest: DeploymentStatus | undefined
  const redraw = () => line.draw(doing(deployment, latest))
  redraw()
  const timer = setInterval(redraw, frameMs)
  const clear = () => {
    clearInterval(timer)
    line.end()
  }
  return {
    get isEmpty() {
      return latest === undefined
    },
    show: (status) => {
      latest = status
      const text = `${status.state.padEnd(11)} ${oneLine(status.description)}`.trimEnd()
      line.above(`${symbolOf(status.state, output)} ${text}`)
      for (const [name, url] of addressesOf(status)) line.above(`  ${titles[name]} ${url}`)
      redraw()
    },
    note: (_messages, text) => line.above(`${output.paint('yellow', '!')} ${text}`),
    end: (standing) => {
      clear()
      if (standing === 'running' || latest === undefined) return
      output.line(`${symbolOf(latest.state, output)} ${endingOf(standing, deployment, latest)}`)
    },
    clear,
    [Symbol.dispose]: clear,
  }
}

/** The last line of the screen, drawn again and again; other lines scroll up above it. */
function openLiveLine(output: Output) {
  let frame = 0
  let isOpen = true
  output.draw(hideCursor)
  return {
    draw: (text: string) => {
      frame = (frame + 1) % frames.length
      const fitting = cut(text, output.columns - 3)
      output.draw(`${clearLine}${output.paint('cyan', frames[frame] ?? '')} ${fitting}`)
    },
    above: (text: string) => {
      output.draw(clearLine)
      output.line(text)
    },
    end: () => {
      if (isOpen) output.draw(`${clearLine}${showCursor}`)
      isOpen = false
    },
  }
}

function doing({ created_at }: Deployment, latest: DeploymentStatus | undefined): string {
  const since = lasting(Math.max(0, Date.now() - Date.parse(created_at)))
  const what = latest ? `${latest.state} ${oneLine(latest.description)}`.trimEnd() : 'no status yet'
  return `${what} · ${since}`
}

function endingOf(
  standing: Exclude<Standing, 'running'>,
  { ref, created_at }: Deployment,
  status: DeploymentStatus,
): string {
  const where = `${oneLine(ref)} to ${oneLine(status.environment ?? '')}`
  const took = lasting(Math.max(0, Date.parse(status.created_at) - Date.parse(created_at)))
  if (standing === 'succeeded') return `Deployed ${where} in ${took}`
  if (standing === 'failed') return `Did not deploy ${where} (${status.state} after ${took})`
  return `Did not deploy ${where}: made inactive after ${took}`
}
