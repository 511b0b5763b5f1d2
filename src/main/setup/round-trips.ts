import { decodeDatagram, encodeDatagram, FrameError, parseReply } from '#core/frames';
import type { Host } from '#main/hosts';
import { type Credential, FUNCTIONS, type InstanceConfig, message } from '#shared/domain';
import type { Reply } from '#shared/protocol';
import type { RoundTrip } from '#shared/setup';
import type { SetupDeps } from './port.ts';

const CALL_TIMEOUT_MS = 2_000;
/** What a standby answers that is not being promoted (a convention of ours). */
const STANDBY_ANSWERS = 308_000_001;

/** What 1403040 said of one instance. */
export interface SvrModeAnswer {
  instance: string;
  svrMode: number | null;
  role: string | null;
}

/** 1403040 (F9) and a heartbeat (402000) to one instance: over t2, and as a datagram over f2. Never rejects. */
export async function roundTripsOf(
  instance: InstanceConfig,
  credential: Credential | null,
  { connect, clock }: Pick<SetupDeps, 'connect' | 'clock'>,
  here: Host,
): Promise<{ mode: SvrModeAnswer; trips: RoundTrip[] }> {
  const { name, host, t2Port, f2Port } = instance;
  const connector = connect({ host, t2Port, f2Port });
  const body = bodyOf(credential);
  try {
    const info = await connector.call(FUNCTIONS.systemInfo, {}, CALL_TIMEOUT_MS);
    const said = info.reply?.svr_mode;
    const role = typeof info.reply?.role === 'string' ? info.reply.role : null;
    const beat = await connector.call(FUNCTIONS.heartbeat, body, CALL_TIMEOUT_MS);
    const t2 = judged(name, 't2', role, beat.reply, beat.class, beat.latencyMs);
    const began = clock.monotonicMs();
    const payload = Buffer.from(encodeDatagram({ ...body, function: FUNCTIONS.heartbeat, id: 1 }));
    const datagram = await here.exchangeUdp({ host, port: f2Port, payload, timeoutMs: CALL_TIMEOUT_MS });
    const reply = datagram.kind === 'answered' ? replyIn(datagram.bytes) : null;
    const f2 = judged(name, 'f2', role, reply, datagram.kind, Math.round(clock.monotonicMs() - began));
    const svrMode = typeof said === 'number' ? said : /^\d$/.test(String(said)) ? Number(said) : null;
    return { mode: { instance: name, svrMode, role }, trips: [t2, f2] };
  } finally {
    connector.close();
  }
}

function bodyOf(credential: Credential | null): Record<string, string> {
  if (credential === null) return {};
  return credential.system === 'O3' ? { session_id: credential.sessionId } : { user_token: credential.userToken };
}

function replyIn(bytes: Uint8Array): Reply | null {
  try {
    return parseReply(decodeDatagram(bytes));
  } catch (error) {
    if (error instanceof FrameError) return null;
    throw error;
  }
}

/** F11: who serves answers 0; a standby answers that it is one, which proves the way there and back. */
function judged(
  instance: string,
  transport: 't2' | 'f2',
  role: string | null,
  reply: Reply | null,
  outcome: string,
  tookMs: number | null,
): RoundTrip {
  const trip = { instance, transport, tookMs: tookMs === null ? null : Math.round(tookMs) };
  if (!reply) return { ...trip, ok: false, reason: message(`setup.trip.none.${transport}`, { instance, outcome }) };
  const error = reply.error_no;
  if (error === 0) return { ...trip, ok: true, reason: message('setup.trip.ok', { instance }) };
  if (error === STANDBY_ANSWERS && role !== 'primary')
    return { ...trip, ok: true, reason: message('setup.trip.standby', { instance, error }) };
  return { ...trip, ok: false, reason: message('setup.trip.error', { instance, error }) };
}
