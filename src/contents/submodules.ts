/**
 * Where the submodule at `path` comes from, by the text of `.gitmodules`; '' where it does not
 * say. Only its plain lines are read (git's "gitmodules"): `[submodule "x"]`, `path =`, `url =`.
 */
export function submoduleUrlOf(gitmodules: string, path: string): string {
  const sections = gitmodules.split(/^[ \t]*\[/m).slice(1)
  const section = sections.find((lines) => valueIn(lines, 'path') === path)
  return section ? (valueIn(section, 'url') ?? '') : ''
}

function valueIn(lines: string, key: string): string | undefined {
  const [, value] =
    new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(.*?)[ \\t\\r]*$`, 'im').exec(lines) ?? []
  return value?.replace(/^"(.*)"$/, '$1')
}
