import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request says of itself, as its headers have it. */
export interface Knock {
  host: string | undefined;
  origin: string | undefined;
  cookie: string | undefined;
  /** Path with query, as sent. */
  target: string;
}

export type Admission =
  /** Known by its cookie. `tokenInUrl`: the address still shows the token and should be left. */
  | { verdict: 'admitted'; tokenInUrl: boolean }
  /** Came with the unused token. `enter` uses it up and returns the cookie that goes back with the answer. */
  | { verdict: 'welcome'; enter: () => string }
  /** Another site's page, or another name for this machine: 403. */
  | { verdict: 'foreign' }
  /** Neither cookie nor unused token: 401. */
  | { verdict: 'unknown' };

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in a time that does not tell where the two differ. */
function sameSecret(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(given), expected);
}

/** Decides who may enter. One token, once; then one cookie, for as long as this process lives. */
export class Gate {
  readonly #hosts: ReadonlySet<string>;
  readonly #token: Buffer;
  readonly #session: Buffer;
  readonly #setCookie: string;
  readonly #cookieName: string;
  #tokenUsed = false;

  /** The secrets are random strings of at least 256 bits. */
  constructor(port: number, secrets: { token: string; session: string }) {
    const names = ['127.0.0.1', 'localhost'];
    this.#hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
    this.#token = digest(secrets.token);
    this.#session = digest(secrets.session);
    // Cookies know no ports: the name keeps two consoles on one machine apart.
    this.#cookieName = `kuantu-${port}`;
    this.#setCookie = `${this.#cookieName}=${secrets.session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800`;
  }

  /** `originRequired`: for WebSockets, where every browser sends one and a page of any site may try. */
  admit(knock: Knock, originRequired = false): Admission {
    if (knock.host === undefined || !this.#hosts.has(knock.host)) return { verdict: 'foreign' };
    if (knock.origin === undefined ? originRequired : knock.origin !== `http://${knock.host}`)
      return { verdict: 'foreign' };
    const token = tokenOf(knock.target);
    if (this.#hasSession(knock.cookie)) return { verdict: 'admitted', tokenInUrl: token !== null };
    if (token === null || this.#tokenUsed || !sameSecret(token, this.#token)) return { verdict: 'unknown' };
    return { verdict: 'welcome', enter: () => this.#enter() };
  }

  #enter(): string {
    this.#tokenUsed = true;
    return this.#setCookie;
  }

  #hasSession(header: string | undefined): boolean {
    for (const part of (header ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name === this.#cookieName && value !== undefined && sameSecret(value, this.#session)) return true;
    }
    return false;
  }
}

function tokenOf(target: string): string | null {
  const query = target.indexOf('?');
  return query < 0 ? null : new URLSearchParams(target.slice(query + 1)).get('token');
}
