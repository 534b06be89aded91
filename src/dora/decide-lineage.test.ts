import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideLineage } from './decide-lineage.ts'
import type { Graph, Success } from './model.ts'

const hour = 3_600_000

/** `A<B<C`: a line of commits, each an hour after the one before; `B<D` is a branch. Commit A is at 0. */
function graphOf(lines: string, { absent = '', older = '', isCut = false } = {}): Graph {
  const commits = new Map<string, { parents: string[]; committedAt: number }>()
  for (const line of lines.split(' ').filter(Boolean)) {
    const [parent, ...rest] = line.split('<')
    let before = parent ?? ''
    if (!commits.has(before) && !older.includes(before)) {
      commits.set(before, { parents: [], committedAt: (before.charCodeAt(0) - 65) * hour })
    }
    for (const sha of rest) {
      const parents = [...(commits.get(sha)?.parents ?? []), before]
      commits.set(sha, { parents, committedAt: (sha.charCodeAt(0) - 65) * hour })
      before = sha
    }
  }
  const present = new Set([...commits.keys(), ...older].filter((sha) => !absent.includes(sha)))
  for (const sha of absent) commits.delete(sha)
  return { commits, present, isCut }
}

/** Deployments of these commits, the first at hour 100 and each an hour later; `B@eu` for a target, `B!rollback` for a task. */
const successesOf = (shas: string): Success[] =>
  shas.split(' ').map((text, n) => {
    const [, sha = '', target = '', task = 'deploy'] =
      /^(\w)(?:@(\w+))?(?:!(\w+))?$/.exec(text) ?? []
    const successAt = (100 + n) * hour
    return {
      ...{ id: n + 1, sha, ref: 'main', task, target },
      ...{ createdAt: successAt, successAt, hasFailed: false },
    }
  })

const lineage = (shas: string, graph: Graph) => decideLineage(successesOf(shas), graph)
const hoursOf = (steps: ReturnType<typeof lineage>) =>
  steps.map(({ leadTimes }) => leadTimes?.map((ms) => ms / hour).sort((a, b) => a - b) ?? null)
const backOf = (steps: ReturnType<typeof lineage>) => steps.map(({ goesBack }) => goesBack)

describe('what a success brought', () => {
  it('is each commit that nothing before it had, from when it was committed', () => {
    expect(hoursOf(lineage('A C D', graphOf('A<B<C<D')))).toEqual([null, [99, 100], [99]])
  })

  it('is both sides of a merge', () => {
    expect(hoursOf(lineage('A D', graphOf('A<B<D A<C<D')))).toEqual([null, [98, 99, 100]])
  })

  it('is nothing after a rollback, for what was there before it', () => {
    const steps = lineage('A C A!rollback D', graphOf('A<B<C<D'))
    expect(hoursOf(steps)).toEqual([null, [99, 100], [], [100]])
  })

  it('is counted once, whichever target had it first', () => {
    expect(hoursOf(lineage('A@us B@us B@eu', graphOf('A<B')))).toEqual([null, [100], []])
  })

  it('is unknown where it, or what came before it, is gone from the repository', () => {
    const steps = lineage('A X B C', graphOf('A<B<C', { absent: 'X' }))
    expect(hoursOf(steps)).toEqual([null, null, null, [101]])
  })

  it('is unknown where not all of the history was read', () => {
    const graph = graphOf('B<C', { older: 'A', isCut: true })
    const behindTheCut = { ...graph, commits: new Map([['C', { parents: ['B'], committedAt: 0 }]]) }
    expect(hoursOf(lineage('A C', behindTheCut))).toEqual([null, null])
  })

  it('never took less than no time, whatever a clock said', () => {
    const late = new Map([['B', { parents: ['A'], committedAt: 500 * hour }]])
    const graph = { ...graphOf('A<B'), commits: late }
    expect(hoursOf(lineage('A B', graph))).toEqual([null, [0]])
  })
})

describe('a success goes back', () => {
  it('where what it takes the place of has its commit and more', () => {
    expect(backOf(lineage('A C B C', graphOf('A<B<C')))).toEqual([false, false, true, false])
  })
  it('not where it is the same once more, or another branch', () => {
    expect(backOf(lineage('B B C', graphOf('A<B A<C')))).toEqual([false, false, false])
    expect(backOf(lineage('B C B', graphOf('A<B A<C')))).toEqual([false, false, false])
  })
  it('in its own target alone', () => {
    expect(backOf(lineage('A@eu B@us B@eu A@us', graphOf('A<B')))[2]).toBe(false)
    expect(backOf(lineage('A@eu B@us B@eu A@us', graphOf('A<B')))[3]).toBe(true)
  })
  it('where its commit is older than all that was read', () => {
    expect(backOf(lineage('B C A', graphOf('B<C', { older: 'A' })))[2]).toBe(true)
  })
  it('nobody knows where a commit is gone', () => {
    expect(backOf(lineage('A X A', graphOf('A', { absent: 'X' })))[2]).toBe(undefined)
  })
})

it('brings no commit twice, and all that is reached, whatever the history', () => {
  const histories = fc.array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 2, maxLength: 20 })
  const picked = fc.array(fc.nat(), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(histories, picked, (parents, picks) => {
      const graph = randomGraph(parents)
      const shas = picks.map((pick) => nameOf(pick % parents.length))
      const brought = lineage(shas.join(' '), graph).slice(1)
      const count = brought.reduce((sum, { leadTimes }) => sum + (leadTimes?.length ?? 0), 0)
      expect(count).toBe(reachedFrom(shas, graph).size - reachedFrom(shas.slice(0, 1), graph).size)
    }),
  )
})

const nameOf = (n: number) => String.fromCharCode(65 + n)

/** Each commit's parents are some of those before it. */
function randomGraph(parents: readonly (readonly number[])[]): Graph {
  const commits = new Map(
    parents.map((list, n) => {
      const names = n === 0 ? [] : list.map((parent) => nameOf(parent % n))
      return [nameOf(n), { parents: [...new Set(names)], committedAt: n * hour }]
    }),
  )
  return { commits, present: new Set(commits.keys()), isCut: false }
}

function reachedFrom(shas: readonly string[], { commits }: Graph): Set<string> {
  const reached = new Set(shas)
  for (const sha of reached) for (const one of commits.get(sha)?.parents ?? []) reached.add(one)
  return reached
}
