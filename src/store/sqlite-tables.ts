import { constants, type DatabaseSync } from 'node:sqlite'

/** The tables that a statement reads from and writes to, in lower case. */
export type Touched = { readonly read: Set<string>; readonly written: Set<string> }

/**
 * SQLite says which tables a statement touches while it compiles it: those under a view, and those
 * that a cascade or a trigger changes, as well (https://www.sqlite.org/c3ref/set_authorizer.html).
 * Says it of whatever is compiled into what was given last. A statement is compiled again at its
 * next run when the schema has changed, so give its own before each.
 */
export function noteTables(db: DatabaseSync): (touched: Touched) => void {
  let noted: Touched = { read: new Set(), written: new Set() }
  db.setAuthorizer((action, table) => {
    // A table that is only counted comes as the statement spells it.
    if (table !== null) placeFor(action, noted)?.add(table.toLowerCase())
    return constants.SQLITE_OK
  })
  return (touched) => {
    noted = touched
  }
}

function placeFor(action: number, { read, written }: Touched): Set<string> | undefined {
  switch (action) {
    case constants.SQLITE_READ:
      return read
    case constants.SQLITE_INSERT:
    case constants.SQLITE_UPDATE:
    case constants.SQLITE_DELETE:
      return written
    default:
      return undefined
  }
}
