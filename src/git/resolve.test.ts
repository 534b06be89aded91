import { expect, it } from 'vitest'
import { isRefName } from './resolve.ts'

it.each(['main', 'feature/x', 'a-b', 'v1.0', 'ü', 'x@y', '{', 'a}b', "it's", '$(x)', 'refs/x'])(
  'takes %s',
  (name) => expect(isRefName(name)).toBe(true),
)

it.each(
  [
    ['', '/', 'a/', '/a', 'a//b', '.a', 'a/.b', 'a..b', 'a.', 'a.lock', 'a.lock/b'],
    ['a b', 'a\nb', 'a\0b', 'a\x7fb', 'a\tb', 'a~b', 'a^b', 'a:b', 'a?b', 'a*b', 'a[b', 'a\\b'],
    ['@', 'a@{b', '-a', '\ud800', 'x'.repeat(1001)],
  ].flat(),
)('refuses %j', (name) => expect(isRefName(name)).toBe(false))
