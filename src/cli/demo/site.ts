import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOrFail } from './programs.ts'

/** The versions of the demo's site: v3 is the one that does not come up. */
const versions = ['v1', 'v2', 'v3', 'v4'] as const
export type Version = (typeof versions)[number]

/** A working copy with a tagged commit for each version, and a recipe that deploys it. */
export async function makeSite(folder: string): Promise<string> {
  const work = join(folder, 'site')
  await mkdir(work)
  const git = (...args: string[]) => runOrFail(['git', ...args], work)
  await git('init', '-q', '-b', 'main')
  await writeFile(join(work, 'deploy.yml'), recipe(folder))
  await writeFile(join(work, 'up.pl'), probe)
  for (const version of versions) {
    await writeFile(join(work, 'index.html'), `${version}\n`)
    if (version === 'v3') await git('rm', '-q', 'healthy')
    else await writeFile(join(work, 'healthy'), `${version} is up\n`)
    await git('add', '-A')
    await git('commit', '-q', '-m', `Release ${version}`)
    await git('tag', version)
  }
  return work
}

const recipe = (folder: string) => `version: 1
service: site
strategy: files
files:
  deploy_to: "${folder}/\${{ host.name }}/srv"   # on your servers, e.g. /srv/site
  shared_files: [port]
  keep_releases: 3
hosts: { roles: [web] }
rollout:
  canary: { hosts: 1, soak: 200ms }
  max_parallel: 2
health:
  - name: up
    run: perl up.pl "$(cat port)"
    via: host
    interval: 200ms
    within: 2s
rollback: { on: failure, lock: true }
`

/** Asks the app on its own server whether it is up, with what every Debian has. */
const probe = `use strict; use warnings; use IO::Socket::INET;
my $port = shift;
my $up = IO::Socket::INET->new("127.0.0.1:$port") or die "the app does not listen on port $port\\n";
print $up "GET /up HTTP/1.0\\r\\n\\r\\n";
my $status = <$up>;
print $status;
exit($status =~ / 200 / ? 0 : 1);
`
