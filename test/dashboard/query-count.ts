import type { App } from '../../src/app.ts'
import type { UserVisit, WebRoute } from '../../src/pages/web/route.ts'
import type { Session } from '../../src/sessions/model.ts'

type Asked = { readonly route: WebRoute; readonly address: string }

/** How many questions a page asks the database while it is made; of these alone, whatever else goes on. */
export async function countQueries(app: App, session: Session, { route, address }: Asked) {
  const { read } = app.store
  let queries = 0
  const counted: typeof read = {
    all: (...asked) => {
      queries++
      return read.all(...asked)
    },
    first: (...asked) => {
      queries++
      return read.first(...asked)
    },
  }
  const store = { ...app.store, read: counted }
  await route.handler(visitTo({ ...app, store }, session, { route, address }))
  return { path: route.path, queries }
}

function visitTo(app: App, session: Session, { route, address }: Asked): UserVisit {
  const url = new URL(address, app.urls.web)
  return {
    ...{ app, urls: app.urls, session, formToken: '', address: '127.0.0.1', userAgent: 'test' },
    ...{ params: paramsIn(route.path, url.pathname), query: Object.fromEntries(url.searchParams) },
    ...{
      form: {},
      formLists: {},
      accept: 'text/html',
      authorization: undefined,
      lastEventId: undefined,
    },
  }
}

/** As the router finds them. */
function paramsIn(pattern: string, path: string): Record<string, string> {
  const source = pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)').replace('*', '.*')
  const { groups = {} } = new RegExp(`^${source}$`).exec(path) ?? {}
  return Object.fromEntries(
    Object.entries(groups).map(([name, value = '']) => [name, decodeURIComponent(value)]),
  )
}
