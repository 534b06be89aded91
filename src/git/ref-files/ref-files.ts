import { readFileSync } from 'node:fs'
import { openRecent } from '../../recent/recent.ts'
import {
  isEqual,
  isSame,
  isSettled,
  type Stamp,
  type Stamps,
  stampFolders,
  stampOf,
  wasSettled,
} from './stamps.ts'

/**
 * Branches and tags as git keeps them on disk (gitrepository-layout): a file for each, and
 * `packed-refs` for the others. They are read at every question, as git does, so that whoever
 * changes them, a push or a hand, is seen at once. `Listed` is an item of a listing.
 */
export type RefFiles<Listed> = {
  /** The sha in a ref, not peeled. `ref` must be a checked full name: it becomes a path. */
  find(dir: string, ref: string): Found
  /** Whether the ref was there when somebody last asked. Looks at no disk. */
  wasThere(dir: string, ref: string): boolean
  /** What `list` says of all below `space` (`refs/heads`), for as long as nothing changed there. */
  recallBelow(
    dir: string,
    space: string,
    list: () => Promise<readonly Listed[]>,
  ): Promise<readonly Listed[]>
}

/** `symbolic` names another ref; `unclear` is a file that is none of these, and git's to explain. */
type Found =
  | { readonly kind: 'sha'; readonly sha: string }
  | { readonly kind: 'symbolic'; readonly ref: string }
  | { readonly kind: 'none' | 'unclear' }

const looseBytesMax = 8 * 1024 * 1024
const packedBytesMax = 64 * 1024 * 1024
const listedBytesMax = 32 * 1024 * 1024
const listedItemBytes = 300
const looseBytes = 200

type Loose = { readonly stamp: Stamp; readonly found: Found }
type Packed = { readonly stamp: Stamp; readonly text: string }
type Listing<Listed> = { readonly stamps: Stamps; readonly refs: readonly Listed[] }

export function openRefFiles<Listed>(): RefFiles<Listed> {
  const files = openRecent<Loose>({ bytesMax: looseBytesMax, bytesOf: () => looseBytes })
  const packed = openRecent<Packed>({
    bytesMax: packedBytesMax,
    bytesOf: ({ text }) => text.length,
  })
  const listings = openRecent<Listing<Listed>>({
    bytesMax: listedBytesMax,
    bytesOf: ({ refs }) => refs.length * listedItemBytes,
  })

  function find(dir: string, ref: string): Found {
    const loose = findLoose(`${dir}/${ref}`)
    // In this order: git packs a ref before it deletes its file.
    return loose.kind === 'none' ? findPacked(dir, ref) : loose
  }

  /** A ref in a file of its own. A folder of that name is none. */
  function findLoose(path: string): Found {
    const stamp = stampOf(path)
    if (!stamp?.isFile) return { kind: 'none' }
    const known = files.get(path)
    if (known && isEqual(known.stamp, stamp)) return known.found
    const startedAt = Date.now()
    const found = readLoose(path)
    if (wasSettled(stamp, startedAt)) files.set(path, { stamp, found })
    return found
  }

  function findPacked(dir: string, ref: string): Found {
    const path = `${dir}/packed-refs`
    const stamp = stampOf(path)
    if (!stamp) return requireFolder(dir)
    const known = packed.get(dir)
    if (known && isEqual(known.stamp, stamp)) return packedIn(known.text, ref)
    const text = readFileSync(path, 'latin1')
    packed.set(dir, { stamp, text })
    return packedIn(text, ref)
  }

  function wasThere(dir: string, ref: string): boolean {
    if (files.get(`${dir}/${ref}`)) return true
    return packedIn(packed.get(dir)?.text ?? '', ref).kind !== 'none'
  }

  async function recallBelow(dir: string, space: string, list: () => Promise<readonly Listed[]>) {
    const key = `${dir} ${space}`
    const known = listings.get(key)
    if (known && isSame(known.stamps)) return known.refs
    const startedAt = Date.now()
    const stamps = await stampFolders(dir, space)
    const refs = await list()
    if (stamps && isSettled(stamps, startedAt)) listings.set(key, { stamps, refs })
    return refs
  }

  return { find, wasThere, recallBelow }
}

/** A repository that is gone, or a disk that is, does not look like one without refs. */
function requireFolder(dir: string): Found {
  if (!stampOf(dir)) throw new Error(`${dir} is not a git repository`)
  return { kind: 'none' }
}

function readLoose(path: string): Found {
  try {
    return parseLoose(readFileSync(path, 'latin1'))
  } catch (error) {
    // Deleted between the two, or packed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { kind: 'none' }
    throw error
  }
}

function parseLoose(text: string): Found {
  const [, sha, target] = /^(?:([0-9a-f]{40})|ref: *([^\n]+?))[ \t\r\n]*$/.exec(text) ?? []
  if (sha) return { kind: 'sha', sha }
  return target
    ? { kind: 'symbolic', ref: Buffer.from(target, 'latin1').toString() }
    : { kind: 'unclear' }
}

const shaLength = 40

/** `<sha> <ref>`, a line each; the bytes of names stand as letters. */
function packedIn(text: string, ref: string): Found {
  const name = Buffer.from(ref).toString('latin1')
  const at = text.indexOf(` ${name}\n`)
  if (at < 0) return { kind: 'none' }
  return parseLoose(text.slice(Math.max(0, at - shaLength), at))
}
