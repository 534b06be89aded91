import { hash } from 'node:crypto'

/** A slipway, from the side. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0969da" d="M1 14V4l14 8v2z"/></svg>
`

/** The look of every page: GitHub's colours, light and dark, and the reader's own fonts. */
const stylesheet = `:root {
  color-scheme: light dark;
  --canvas: light-dark(#f6f8fa, #0d1117);
  --surface: light-dark(#fff, #151b23);
  --text: light-dark(#1f2328, #f0f6fc);
  --muted: light-dark(#59636e, #9198a1);
  --border: light-dark(#d1d9e0, #3d444d);
  --control: light-dark(#818b98, #656c76);
  --accent: light-dark(#0969da, #4493f8);
  --go: light-dark(#1f883d, #238636);
  --danger: light-dark(#d1242f, #f85149);
  --danger-surface: light-dark(#ffebe9, #25171c);
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: var(--canvas); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
body > header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .75rem 1.5rem; background: var(--surface); border-bottom: 1px solid var(--border) }
.brand { margin-right: auto; font-weight: 600 }
main { width: min(36rem, 100% - 2rem); margin: 3rem auto }
h1 { margin: 0 0 1.5rem; font-size: 1.5rem; line-height: 1.25; text-align: center; text-wrap: balance }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem }
a { color: var(--accent) }
p { margin: 0 0 1rem }
.card { padding: 1.5rem; background: var(--surface); border: 1px solid var(--border); border-radius: .5rem }
.card > :last-child, .card form > :last-child { margin-bottom: 0 }
.muted { color: var(--muted); font-size: .875rem }
.alert { padding: .75rem 1rem; margin: 0 0 1rem; background: var(--danger-surface); border: 1px solid var(--danger); border-radius: .5rem }
.code { font: 1.25rem/1.5 ui-monospace, monospace; letter-spacing: .1em; text-transform: uppercase }
label { display: block; margin-bottom: .25rem; font-weight: 600; font-size: .875rem }
input:not([type=hidden]), textarea { width: 100%; margin: 0 0 1rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--canvas); border: 1px solid var(--control); border-radius: .375rem }
button { white-space: nowrap; padding: .4rem 1rem; font: inherit; font-weight: 600; color: inherit; background: var(--canvas); border: 1px solid var(--control); border-radius: .375rem; cursor: pointer }
button.go { color: #fff; background: var(--go); border-color: transparent }
button.danger { color: var(--danger) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .75rem; margin: 1.5rem 0 0 }
.actions + *, .card + p { margin-top: 1rem }
ul.plain { margin: 0 0 1rem; padding: 0; list-style: none }
ul.plain li { padding: .75rem 0; border-top: 1px solid var(--border) }
ul.plain li:first-child { border-top: 0 }
.row { display: flex; justify-content: space-between; align-items: center; gap: 1rem }
@media (forced-colors: active) { button, .card { border: 1px solid } }
`

/** Named by their content, so that a browser may keep them for good. */
const assetOf = (name: string, type: string, text: string) => {
  const [base, end] = name.split('.')
  return { path: `/assets/${base}-${hash('sha256', text, 'hex').slice(0, 12)}.${end}`, type, text }
}

export const assets = {
  style: assetOf('slipway.css', 'text/css; charset=utf-8', stylesheet),
  icon: assetOf('slipway.svg', 'image/svg+xml', icon),
} as const
