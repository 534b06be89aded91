import { readFileSync } from 'node:fs'

const slotsMax = 4096
/** What the API, git and the store may have open at the same time. */
const reservedFiles = 512
/** Where the system does not say how many files may be open. */
const usualFiles = 1024

/** How many requests may be in flight in all (delivery 4.5): each needs a socket, and one may be closing. */
export function findSlots(): number {
  const files = Math.max(openFilesMax() - reservedFiles, 64)
  return Math.min(slotsMax, Math.floor(files / 2))
}

function openFilesMax(): number {
  try {
    const [, soft] =
      readFileSync('/proc/self/limits', 'utf8').match(/^Max open files +(\d+)/m) ?? []
    return soft === undefined ? usualFiles : Number(soft)
  } catch {
    // Not Linux.
    return usualFiles
  }
}
