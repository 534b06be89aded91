import type { Window } from '../loaders/model.ts'
import { type Node, refusal } from './model.ts'

/** GitHub's arguments of every list. */
export type Paging = {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

export type Direction = 'ASC' | 'DESC'

const pageMax = 100

/** How many are asked for, and from which side. `name` is the list's, for the refusals, which have GitHub's words. */
export function sizeOf(name: string, { first, last }: Paging) {
  const isForward = typeof first === 'number'
  const asked = isForward ? first : last
  if (typeof asked !== 'number') {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw refusal('MISSING_PAGINATION_BOUNDARIES', message)
  }
  const side = isForward ? 'first' : 'last'
  if (isForward && typeof last === 'number') {
    const message = `Passing both \`first\` and \`last\` to paginate the \`${name}\` connection is not supported.`
    throw refusal('INVALID_PAGINATION_BOUNDARIES', message)
  }
  if (asked < 0) {
    const message = `\`${side}\` on the \`${name}\` connection cannot be less than zero.`
    throw refusal('INVALID_PAGINATION_BOUNDARIES', message)
  }
  if (asked > pageMax) {
    const message = `Requesting ${asked} records on the \`${name}\` connection exceeds the \`${side}\` limit of ${pageMax} records.`
    throw refusal('EXCESSIVE_PAGINATION', message)
  }
  return { isForward, limit: asked }
}

/** The page of a list in the order of its ids. Throws what is wrong with the arguments. */
export function windowOf(name: string, paging: Paging, direction: Direction): Window {
  const { isForward, limit } = sizeOf(name, paging)
  const [above, below] =
    direction === 'ASC' ? [paging.after, paging.before] : [paging.before, paging.after]
  return {
    above: above ? parseCursor(above) : 0,
    below: below ? parseCursor(below) : Number.MAX_SAFE_INTEGER,
    limit,
    end: isForward === (direction === 'ASC') ? 'oldest' : 'newest',
  }
}

const cursorOf = (position: number): string =>
  Buffer.from(`cursor:v2:${position}`).toString('base64')

export function parseCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64').toString('latin1')
  const [, position] = /^cursor:v2:(\d{1,15})$/.exec(text) ?? []
  if (position) return Number(position)
  const message = `\`${cursor.slice(0, 100)}\` does not appear to be a valid cursor.`
  throw refusal('INVALID_CURSOR_ARGUMENTS', message)
}

export type Page<Row> = {
  readonly items: readonly { readonly row: Row; readonly position: number }[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/** `rows`: oldest first, with the one beyond the page where there is more. */
export function pageIn<Row extends { readonly id: number }>(
  rows: readonly Row[],
  window: Window,
  { paging, direction }: { readonly paging: Paging; readonly direction: Direction },
): Page<Row> {
  const hasMore = rows.length > window.limit
  const isForward = typeof paging.first === 'number'
  const kept =
    window.end === 'oldest'
      ? rows.slice(0, window.limit)
      : rows.slice(Math.max(0, rows.length - window.limit))
  const inOrder = direction === 'ASC' ? kept : kept.toReversed()
  return {
    items: inOrder.map((row) => ({ row, position: row.id })),
    hasNextPage: isForward ? hasMore : Boolean(paging.before),
    hasPreviousPage: isForward ? Boolean(paging.after) : hasMore,
  }
}

type Listed<Row> = {
  readonly find: () => Promise<Page<Row>>
  readonly count: () => Promise<number>
  readonly show: (row: Row) => Node
}

/** GitHub's connection. The page is looked for once, and not at all where only the count is asked for. */
export function connectionNode<Row>({ find, count, show }: Listed<Row>): Node {
  let found: Promise<Page<Row>> | undefined
  const page = () => {
    found ??= find()
    return found
  }
  return {
    totalCount: count,
    nodes: async () => (await page()).items.map(({ row }) => show(row)),
    edges: async () =>
      (await page()).items.map(({ row, position }) => ({
        cursor: cursorOf(position),
        node: show(row),
      })),
    pageInfo: async () => {
      const { items, hasNextPage, hasPreviousPage } = await page()
      const [first, last] = [items[0], items.at(-1)]
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: first ? cursorOf(first.position) : null,
        endCursor: last ? cursorOf(last.position) : null,
      }
    },
  }
}
