import { defineConfig } from 'vitest/config'

/**
 * What takes its time, and is run after the gate (`npm run test:long`): processes killed again and again,
 * memory under load, storms of requests, hosts that are slow to fall ill, and a browser that looks at every page.
 */
export const long = [
  'test/agent/crash.test.ts',
  'test/contract/storm.test.ts',
  'test/dashboard/every-page.test.ts',
  'test/deliveries/kill.test.ts',
  'test/deployments/success-storm.test.ts',
  'test/fault/kill-server.test.ts',
  'test/remote/crash.test.ts',
  'test/remote/health.test.ts',
  'test/remote/rollback.test.ts',
  'test/remote/trouble.test.ts',
  'test/transports/memory.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    include: long,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
