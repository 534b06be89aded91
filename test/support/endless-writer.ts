// Writes rows until it is killed, and says each name once it has been acknowledged.
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'

const put = query((db, p: { name: string }) =>
  db.insertInto('settings').values({ name: p.name, value: 'x' }),
)
const [path = ''] = process.argv.slice(2)
const store = await openStore(path)

async function writeFrom(start: number): Promise<void> {
  for (let n = start; ; n += 1) {
    const name = `n${n}`
    await store.transaction((tx) => tx.first(put, { name }))
    process.stdout.write(`${name}\n`)
  }
}

await Promise.all(Array.from({ length: 16 }, (_, lane) => writeFrom(lane * 1_000_000)))
