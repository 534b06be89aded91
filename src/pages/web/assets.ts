import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A slipway, from the side. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0969da" d="M1 14V4l14 8v2z"/></svg>
`

/** Read once, at the start: they are served as they lie there. */
const fileOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../assets', name), 'utf8')

/** Named by their content, so that a browser may keep them for good. */
const assetOf = (name: string, type: string, text: string) => {
  const [base, end] = name.split('.')
  return { path: `/assets/${base}-${hash('sha256', text, 'hex').slice(0, 12)}.${end}`, type, text }
}

const javaScript = 'text/javascript; charset=utf-8'

/** CommonJS files in one script: each in a function of its own, as Node loads them, and the last one run. */
function commonJsOf(files: readonly (readonly [name: string, file: string])[]): string {
  const parts = files.map(
    ([name, file]) => `${JSON.stringify(name)}(module, exports, require) {\n${fileOf(file)}\n}`,
  )
  return `const modules = {\n${parts.join(',\n')}\n}
const loaded = {}
function require(name) {
  if (name in loaded) return loaded[name].exports
  const module = (loaded[name] = { exports: {} })
  modules[name](module, module.exports, require)
  return module.exports
}
require(${JSON.stringify(files.at(-1)?.[0])})
`
}

export const assets = {
  style: assetOf(
    'slipway.css',
    'text/css; charset=utf-8',
    fileOf('primer.css') + fileOf('slipway.css'),
  ),
  /** Keeps wide pages right while they are open. */
  live: assetOf('live.js', javaScript, fileOf('live.js')),
  /** Gives wide pages keys. */
  keys: assetOf('keys.js', javaScript, fileOf('keys.js')),
  /** Follows the log of a deployment. */
  log: assetOf('log.js', javaScript, fileOf('log.js')),
  /** Keys of the page of reviews. */
  reviews: assetOf('reviews.js', javaScript, fileOf('reviews.js')),
  /** For the one page where secrets are typed. */
  seal: assetOf(
    'seal.js',
    javaScript,
    commonJsOf([
      ['tweetnacl', 'vendor/tweetnacl/nacl-fast.min.js'],
      ['./util', 'vendor/blakejs/util.js'],
      ['./blake2b', 'vendor/blakejs/blake2b.js'],
      ['seal', 'seal.js'],
    ]),
  ),
  /** Takes the token out of the setup link. */
  setup: assetOf('setup.js', javaScript, fileOf('setup.js')),
  /** Copies commands. */
  copy: assetOf('copy.js', javaScript, fileOf('copy.js')),
  icon: assetOf('slipway.svg', 'image/svg+xml', icon),
} as const
