import type { Clock } from '#core/clock';
import { type Credential, ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { loginReplySchema } from '#shared/protocol';
import type { CallOutcome, NodeConnector } from './port.ts';

export interface PracticeSession {
  /** What beats carry: the session of the last login, or what was configured until then. */
  credential(): Credential | null;
  /**
   * Takes how a beat ended. Where the node does not know the session (308000002) it logs in by 990001; true once there
   * is a new session, so that the caller beats again at once.
   */
  heard(beat: Pick<CallOutcome, 'class' | 'errorNumber'>): Promise<boolean>;
}

export interface PracticeSessionOptions {
  /** One of a practice environment: any other rejects the login with a PracticeFunctionError. */
  connector: NodeConnector;
  clock: Clock;
  system: Credential['system'];
  user: string;
  configured?: Credential | null;
  timeoutMs?: number;
}

/** A node that refuses logins is not asked more often than this. */
const LOGIN_INTERVAL_MS = 1_000;
const LOGIN_TIMEOUT_MS = 1_000;

/** Keeps a console logged in at one instance of the practice environment; sessions do not survive its restarts. */
export function createPracticeSession(options: PracticeSessionOptions): PracticeSession {
  const { connector, clock, system, user } = options;
  let credential: Credential | null = options.configured ?? null;
  let nextLoginMs = Number.NEGATIVE_INFINITY;

  async function logIn(): Promise<boolean> {
    const timeoutMs = options.timeoutMs ?? LOGIN_TIMEOUT_MS;
    const outcome = await connector.call(FUNCTIONS.practiceLogin, { system, user }, timeoutMs);
    const reply = outcome.class === 'ok' ? loginReplySchema.safeParse(outcome.reply).data : undefined;
    const next = credentialOf(system, reply?.session_id, reply?.user_token);
    if (!next) return false;
    credential = next;
    return true;
  }

  return {
    credential: () => credential,
    async heard(beat) {
      if (beat.class !== 'error' || beat.errorNumber !== ERROR_NUMBERS.unknownSession) return false;
      if (clock.monotonicMs() < nextLoginMs) return false;
      nextLoginMs = clock.monotonicMs() + LOGIN_INTERVAL_MS;
      return logIn();
    },
  };
}

function credentialOf(
  system: Credential['system'],
  sessionId: string | undefined,
  userToken: string | undefined,
): Credential | null {
  if (system === 'O3') return sessionId ? { system, sessionId } : null;
  return userToken ? { system, userToken } : null;
}
