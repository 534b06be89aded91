import { type Stats, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What tells whether a file or a folder is the one it was. */
export type Stamp = {
  readonly ino: number
  readonly size: number
  readonly changedMs: number
  readonly isFile: boolean
}

/** Of files and folders by their paths; undefined for what was not there. */
export type Stamps = ReadonlyMap<string, Stamp | undefined>

/** Beyond these it is not worth it to look at each. */
const foldersMax = 100
/** Clocks of file systems tick up to this slowly: what changed just now could change again unseen. */
const settledMs = 100

/** Undefined for what is not there, and for a name that no file can have. */
export function stampOf(path: string): Stamp | undefined {
  const stats = statsOf(path)
  if (!stats) return undefined
  const { ino, size, mtimeMs } = stats
  return { ino, size, changedMs: mtimeMs, isFile: stats.isFile() }
}

const noSuchFile = new Set(['ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE'])

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (noSuchFile.has(code)) return undefined
    throw error
  }
}

/**
 * All that a listing of `space` depends on: git writes every ref by renaming a file in its folder,
 * which the folder's own time tells. Undefined for too many folders. Call it before listing.
 */
export async function stampFolders(dir: string, space: string): Promise<Stamps | undefined> {
  const stamps = new Map<string, Stamp | undefined>()
  const packed = join(dir, 'packed-refs')
  stamps.set(packed, stampOf(packed))
  const folders = [join(dir, space)]
  for (const folder of folders) {
    if (stamps.size > foldersMax) return undefined
    stamps.set(folder, stampOf(folder))
    folders.push(...(await foldersIn(folder)))
  }
  return stamps
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  } catch {
    // It went meanwhile, which its stamp will tell.
    return []
  }
}

export function isSame(stamps: Stamps): boolean {
  for (const [path, stamp] of stamps) if (!isEqual(stampOf(path), stamp)) return false
  return true
}

export const isEqual = (one: Stamp | undefined, other: Stamp | undefined): boolean =>
  one?.ino === other?.ino && one?.size === other?.size && one?.changedMs === other?.changedMs

/** Whether nothing had changed for so long that any later change shows. */
export const isSettled = (stamps: Stamps, nowMs: number): boolean =>
  [...stamps.values()].every((stamp) => !stamp || wasSettled(stamp, nowMs))

export const wasSettled = ({ changedMs }: Stamp, nowMs: number): boolean =>
  changedMs < nowMs - settledMs
