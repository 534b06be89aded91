import { expect, it } from 'vitest'
import { mayJoin, parseAdmission } from './decide-admission.ts'

const may = (rule: string, groups: readonly string[], email?: string) =>
  mayJoin(parseAdmission(rule).admission, { groups, email })

it('lets nobody join, everybody, or those of whom one thing holds', () => {
  expect(may('nobody', ['nobody'], 'a@example.com')).toBe(false)
  expect(may('everybody', [])).toBe(true)
  const rule = 'group:web team, @example.com'
  expect(may(rule, ['web team'])).toBe(true)
  expect(may(rule, ['web'], 'A@EXAMPLE.com')).toBe(true)
  expect(may(rule, ['everybody', 'group:web team'])).toBe(false)
})

it('takes no domain for another one that it is a part of', () => {
  expect(may('@example.com', [], 'a@sub.example.com')).toBe(false)
  expect(may('@example.com', [], 'a@notexample.com')).toBe(false)
  expect(may('@example.com', [], 'a@example.com.evil.example')).toBe(false)
  expect(may('@example.com', [])).toBe(false)
})

it.each([
  ['', ''],
  ['example.com', 'example.com'],
  ['@example.com, everybody', 'everybody'],
  ['group:', 'group:'],
  ['@localhost', '@localhost'],
])('names what says nothing in %j', (rule, bad) => {
  expect(parseAdmission(rule).bad).toBe(bad)
})
