/** Where Slipway does something else than GitHub, or chose where GitHub does not say. */
export const differences: readonly (readonly [what: string, why: string])[] = [
  [
    "An environment's rules (wait timers, reviewers, branch policies, Apps) hold every deployment, whoever made it; `run_id` of the reviews' endpoints is the deployment's id.",
    'GitHub gates its own workflows alone, and a deployment made through the API walks past (contract 4.8; decisions 31 and 32). An environment without rules behaves as there.',
  ],
  [
    'The tasks `deploy:lock` and `deploy:unlock` lock and unlock the environment, and such a deployment has succeeded and is inactive at once.',
    'Chats lock so (decision 40); any other task is nothing but a word, as there.',
  ],
  [
    'What is refused for its ref or its checks says in `deployability` all that is in its way, where the environment has gates.',
    'A refusal that names one of three obstacles makes people ask three times (decision 40).',
  ],
  [
    'A success makes earlier successes of the environment inactive, but never those in production.',
    'That is the documented rule; GitHub has been seen to do otherwise (contract 2.5, D2).',
  ],
  [
    'A deployment is refused deletion while it is active and not the only one of its environment.',
    "GitHub's prose says repository, its error says environment: the error is followed (contract 1.9, D3).",
  ],
  [
    'The filter `environment` of a list goes by the latest environment of a deployment.',
    'A status may move a deployment; where it is now is what people look for (contract 1.3, D1).',
  ],
  [
    'A deploy key without a title is called by the comment in the key, or by its fingerprint.',
    'GitHub does not document its own default (contract 3.3, D6).',
  ],
  [
    'Control characters are refused in names, addresses and descriptions (422), and so are names of environments with `..` in them or `-` before them.',
    'Terminals, logs and shells take them for something else, and PostgreSQL cannot keep all of them.',
  ],
  [
    'A task or a context has at most 255 characters, an address 2048, the description of a deployment 65,535, and its payload 4 MiB.',
    'GitHub documents no limits for these; a page of a hundred must still be one answer.',
  ],
  [
    'A branch policy that is there already answers 303 to it; changing one into another is 422.',
    'GitHub documents 303 without a body, and nothing for the change (contract 4.6, D7).',
  ],
  [
    'Deliveries that fail are tried again by themselves, and those of one deployment arrive in order.',
    'GitHub never retries and promises no order; receivers should not have to poll (decision 10).',
  ],
  [
    '`status=failure` of deliveries also lists attempts that got no answer.',
    'That is what people look for (contract 6.5; decision 10).',
  ],
  [
    "A hook's test sends the newest push again, and nothing where there was none.",
    'There is no other push to tell of (decision 10).',
  ],
  [
    "A hook's address has no user and password in it.",
    'What is in an address is shown to whoever may see the hook; its secret signs (delivery 5).',
  ],
  [
    'Redelivery works for as long as a delivery is on record.',
    'GitHub refuses it after three days, or seven on its own server; what is kept may as well be sent (decision 29).',
  ],
  [
    "`********` sent back as a hook's secret keeps the secret that is set.",
    "Clients send a hook's config back as they read it, and would lock their receivers out (decision 10).",
  ],
  [
    'A push tells of every branch and tag, up to 1,000 of them.',
    'GitHub tells of no tag where there are more than three; who deploys tags should not miss one (decision 8).',
  ],
  [
    'Hooks do not reach addresses of this machine and its network, nor ports below 1024 but 80 and 443, unless that is allowed.',
    'The server stands in your network; GitHub does not (delivery 5).',
  ],
  [
    '`/meta` answers as GitHub Enterprise Server 3.19 does, and says in `slipway` what it is.',
    'Clients tell a server of your own by it (contract 8.8; decision 12).',
  ],
  [
    'Adding a collaborator answers 204 at once: there are no invitations.',
    'Nobody on a server of your own waits for mail (decisions 12 and 58).',
  ],
  [
    'Addresses in answers begin as the request did, unless `--public-url` is set.',
    'A server of your own does not know its name (decision 5).',
  ],
  [
    '`download_url` of a file is null.',
    'Nothing serves files to browsers; the raw media type does (decision 15).',
  ],
  [
    'Languages, branch rules and pull requests are empty lists.',
    'There are none here, and clients ask before they deploy (decision 15).',
  ],
  [
    'A branch is protected by status checks alone: reviews, restrictions and the other settings of its protection are refused with 422 unless they are off.',
    'There are no pull requests here, and a restriction that is taken and not kept would protect nothing.',
  ],
  [
    'An auto-merge needs a scope for code; with `repo_deployment` alone it is 403.',
    'It is a push, and that scope never reaches code (decision 6).',
  ],
  [
    'Site administrators see no private repositories of others through the API.',
    'They run the server; that is another thing (decision 6).',
  ],
  [
    'There are no rate limits, unless `SLIPWAY_RATE_LIMIT` is set.',
    'Whoever runs a server of their own knows who asks it.',
  ],
  [
    'Nobody has to ask to have an App installed: `installation-requests` is empty.',
    'Whoever runs the server installs it (decision 22).',
  ],
  [
    'Tokens begin with `slp_`, `slipway_pat_`, `slo_`, `slu_`, `sls_` and `slr_`.',
    "Nobody's scanner takes ours for GitHub's, or sends one there (decision 21).",
  ],
  [
    '`gh` has no say about its tokens under `/applications`.',
    'Its secret is in every copy of it and proves nothing (decision 23).',
  ],
  ['There is no JSONP.', 'It lets any page read what the browser may (contract 13, D9).'],
  [
    'There is no TLS of its own, and so no redirect from HTTP to HTTPS.',
    'That is left to the proxy in front of it.',
  ],
]
