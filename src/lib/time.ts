/** GitHub prints times to the second: `2026-01-31T12:00:00Z`. */
export const toSecond = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z')
