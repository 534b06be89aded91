import type { Config } from '../config.ts'
import { Problem } from '../lib/problem.ts'

export type Flags = Readonly<Record<string, string | undefined>>
export type ConfigOf = (flags: Flags) => Config

export const dataFlag = ['--data <dir>', 'The data folder (default "./data")'] as const

/** An id among the arguments. Throws `invalid`, saying what it should have been. */
export function numberIn(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Problem('invalid', `"${text}" is not ${what}`)
  return Number(text)
}

/** Of `a, b,c`, each. */
export const listIn = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
