import { columns, query } from '../../store/query.ts'
import type { DeviceCodeRow } from '../../tables/programs.ts'
import { type ClientColumns, isOfClient } from '../oauth-apps/model.ts'

type NewDeviceCode = Omit<DeviceCodeRow, 'id' | 'account_id' | 'last_polled_at'>

export const insertDeviceCode = query((db, p: NewDeviceCode) =>
  db
    .insertInto('device_codes')
    .values(
      columns(p, [
        'hash',
        'user_code',
        'oauth_app_id',
        'app_id',
        'scopes',
        'state',
        'interval_seconds',
        'created_at',
        'expires_at',
      ]),
    ),
)

/** Kept for a while after their end, so that a device hears that its code is too old and not that there is none. */
export const deleteOldDeviceCodes = query((db, p: { before: string }) =>
  db.deleteFrom('device_codes').where('expires_at', '<=', p.before),
)

export const deviceCodeByHash = query((db, p: ClientColumns & { hash: string }) =>
  db.selectFrom('device_codes').selectAll().where('hash', '=', p.hash).where(isOfClient(p)),
)

/** With the client that asks. */
export const pendingByUserCode = query((db, p: { user_code: string; now: string }) =>
  db
    .selectFrom('device_codes')
    .leftJoin('oauth_apps', 'oauth_apps.id', 'device_codes.oauth_app_id')
    .leftJoin('apps', 'apps.id', 'device_codes.app_id')
    .selectAll('device_codes')
    .select(['oauth_apps.client_id as oauth_client_id', 'apps.client_id as app_client_id'])
    .where('device_codes.user_code', '=', p.user_code)
    .where('device_codes.state', '=', 'pending')
    .where('device_codes.expires_at', '>', p.now),
)

/** Nothing where somebody else was faster. */
export const answerDeviceCode = query(
  (db, p: { id: number; state: 'authorized' | 'denied'; account_id: number }) =>
    db
      .updateTable('device_codes')
      .set({ state: p.state, account_id: p.account_id })
      .where('id', '=', p.id)
      .where('state', '=', 'pending')
      .returning('id'),
)

export const recordPoll = query(
  (db, p: { id: number; last_polled_at: string; interval_seconds: number }) =>
    db
      .updateTable('device_codes')
      .set({ last_polled_at: p.last_polled_at, interval_seconds: p.interval_seconds })
      .where('id', '=', p.id),
)

export const useDeviceCode = query((db, p: { id: number }) =>
  db
    .updateTable('device_codes')
    .set({ state: 'used' })
    .where('id', '=', p.id)
    .where('state', '=', 'authorized')
    .returning('id'),
)
