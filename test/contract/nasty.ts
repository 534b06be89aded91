import fc from 'fast-check'

/** A segment of a path, encoded, that somebody may send by mistake or on purpose. */
export const nastySegments = fc.oneof(
  fc.constantFrom(
    ...['%00', 'a%00b', '%2e%2e', '..', '.', '%', '%zz', '%2', '%C0%80', '%FF%FE', '%ED%A0%80'],
    ...['%2F', '%2F..%2F', '%0a', '%0d%0a', '%7f', '%20', '%C2%A0', '%E2%80%A8', '%E2%80%AE'],
    ...["'", '%22', '%5C', '%25', '~'],
    ...['0', '-1', '1.5', '1e9', '99999999999999999999', '9007199254740993', '0x1', '%F0%9F%9A%80'],
    ...['HEAD', '@', '@%7B0%7D', '%5E', 'main%5E%7Bcommit%7D', 'main~99999', 'main%3Aa.txt', ':/x'],
    ...['--all', '-x', '--upload-pack=x', 'refs%2Fheads%2F', 'main..main', 'main...main', '...'],
    ...['a'.repeat(300), 'a'.repeat(5000), '%F0%9F%9A%80'.repeat(400)],
  ),
  fc.string({ unit: 'grapheme' }).map(encodeURIComponent),
  fc
    .uint8Array({ maxLength: 8 })
    .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
)

const nastyTexts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\u202e',
      '..',
      '-x',
      'a\nb',
      "'; drop table x",
      '💥',
    ],
    ...['refs/heads/main', 'main', 'main^{commit}', 'main:a.txt', 'success', 'production', 'web'],
    ...[
      'https://example.com',
      'http://[::1',
      'javascript:alert(1)',
      'http://169.254.169.254/',
      '*',
    ],
    ...['ssh-ed25519 AAAA', '-----BEGIN OPENSSH PRIVATE KEY-----', 'x'.repeat(100_000)],
  ),
  fc.string({ unit: 'binary' }),
)

/** The same as a member of a body. */
export const nastyValues = fc.oneof(
  nastyTexts,
  fc.jsonValue(),
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53, 1e300, [], {}, [[]], ['*'], { url: 'x' }),
  fc.record({
    url: nastyTexts,
    content_type: nastyTexts,
    secret: nastyTexts,
    insecure_ssl: fc.oneof(nastyTexts, fc.constantFrom('0', '1', 0, 1, true, null)),
  }),
)
