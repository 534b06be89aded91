import { query } from '../store/query.ts'
import type { Store } from '../store/store.ts'

type Setting = { name: string; value: string }

/** What all processes on one database agree on. */
export const settingByName = query((db, p: { name: string }) =>
  db.selectFrom('settings').select('value').where('name', '=', p.name),
)
export const insertSetting = query((db, p: Setting) =>
  db.insertInto('settings').values({ name: p.name, value: p.value }),
)
export const updateSetting = query((db, p: Setting) =>
  db.updateTable('settings').set({ value: p.value }).where('name', '=', p.name),
)
const insertFirst = query((db, p: Setting) =>
  db
    .insertInto('settings')
    .values({ name: p.name, value: p.value })
    .onConflict((conflict) => conflict.column('name').doNothing()),
)

/** What `name` was set to first, which is `offer` when nobody was faster. */
export async function agreeOn(store: Store, { name, value: offer }: Setting): Promise<string> {
  const known = await store.read.first(settingByName, { name })
  if (known) return known.value
  await store.transaction((tx) => tx.all(insertFirst, { name, value: offer }))
  const agreed = await store.read.first(settingByName, { name })
  if (!agreed) throw new Error(`The setting ${name} was not kept`)
  return agreed.value
}
