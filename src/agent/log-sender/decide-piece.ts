/** How far a log is at the forge, and how far with us; in bytes. */
export type Progress = {
  readonly sent: number
  readonly size: number
  /** Nothing more will be written to it. */
  readonly isEnded: boolean
}

export type Piece =
  | { readonly kind: 'send'; readonly from: number; readonly to: number }
  /** The last line of a log that the forge does not have whole. */
  | { readonly kind: 'tell'; readonly line: string }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/** Slipway keeps 16 MiB; the rest is room for the line that says what is missing. */
export const sentBytesMax = 16 * 1024 * 1024 - 4096
const pieceBytesMax = 64 * 1024

/** What to send next. What the forge has counts, and not what we think to have sent. */
export function decidePiece({ sent, size, isEnded }: Progress): Piece {
  const until = Math.min(size, sentBytesMax)
  if (sent < until) return { kind: 'send', from: sent, to: Math.min(until, sent + pieceBytesMax) }
  if (!isEnded) return { kind: 'wait' }
  const isCut = size > sentBytesMax && sent === sentBytesMax
  return isCut ? { kind: 'tell', line: cutLineOf(size - sent) } : { kind: 'done' }
}

const cutLineOf = (bytes: number) =>
  `\n[log cut here: ${bytes} more bytes are with the agent alone]\n`
