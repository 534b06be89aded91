import { expect, it } from 'vitest'
import { audienceField, audienceWords } from './audience.ts'

it('says who sees what an organisation keeps, however many they are', () => {
  const of = (visibility: 'all' | 'private' | 'selected', names: string[] = []) =>
    audienceWords({ visibility }, names).replaceAll(/<[^>]*>/g, '')
  expect(of('all')).toBe('All repositories')
  expect(of('private')).toBe('Private repositories')
  expect(of('selected')).toBe('No repository yet')
  expect(of('selected', ['a', 'b'])).toBe('a, b')
  expect(of('selected', ['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more')
})

it('shows names as text', () => {
  expect(audienceWords({ visibility: 'selected' }, ['<script>'])).toContain('&#60;script&#62;')
})

it('offers what was chosen before', () => {
  const field = audienceField({ repositories: [], visibility: 'selected', chosen: new Set() })
  expect(field).toContain('value="selected" checked')
  expect(field).toContain('no repositories yet')
})
