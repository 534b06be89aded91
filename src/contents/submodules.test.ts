import { expect, it } from 'vitest'
import { submoduleUrlOf } from './submodules.ts'

const text = `# comment
[submodule "one"]
	path = libs/one
	url = https://example.com/one.git
[submodule "two"]
	url = "../two"
	path = "libs/two"
	branch = main
[submodule "three"]
	path = libs/three
`

it('finds the address of the submodule at a path', () => {
  expect(submoduleUrlOf(text, 'libs/one')).toBe('https://example.com/one.git')
  expect(submoduleUrlOf(text.replaceAll('\n', '\r\n'), 'libs/two')).toBe('../two')
})

it('finds nothing where nothing is said', () => {
  expect(submoduleUrlOf(text, 'libs/three')).toBe('')
  expect(submoduleUrlOf(text, 'libs')).toBe('')
  expect(submoduleUrlOf('', 'libs/one')).toBe('')
})
