import type { Clock } from '#core/clock';
import { encodeDatagram } from '#core/frames';
import type { ExchangeResult, Host } from '#main/hosts';
import { FUNCTIONS, type Message, message } from '#shared/domain';
import type { ServiceName } from '../services.ts';
import type { ChainHop } from './hops.ts';
import { nullCall } from './rpc.ts';

const TIMEOUT_MS = 2_000;
/** A datagram may be lost. */
const DATAGRAMS = 2;

/** What one trial of a hop, from one place to one address, came to. */
export interface Trial {
  result: 'pass' | 'fail' | 'unknown';
  /** What happened, as the name of a sentence. */
  what: 'answered' | 'connected' | 'refused' | 'timeout' | 'unreachable' | 'silent' | 'otherService' | 'unsaid';
  line: string;
}

export interface HopTarget {
  host: string;
  port: number;
}

/** Tries a hop as it will be used: never TCP where UDP is spoken. */
export async function tryHop(from: Host, hop: ChainHop, target: HopTarget, nfsVersion: '3' | '4'): Promise<Trial> {
  if (hop.probe === 'connect') return connectTrial(from, target);
  if (hop.probe === 'heartbeat') return heartbeatTrial(from, target);
  return rpcTrial(from, hop.service as ServiceName, hop.protocol, target, nfsVersion);
}

/** A TCP connection, whoever answers. */
export async function connectTrial(from: Host, target: HopTarget): Promise<Trial> {
  const result = await from.exchangeTcp({ ...target, timeoutMs: TIMEOUT_MS });
  return trial('tcp', target, result, result.kind === 'answered' ? 'connected' : undefined);
}

/** A heartbeat (402000) over UDP; any answer to it, an error number too, proves the way in both directions. */
export async function heartbeatTrial(from: Host, target: HopTarget): Promise<Trial> {
  const payload = Buffer.from(encodeDatagram({ function: FUNCTIONS.heartbeat, id: 1 }));
  const result = await datagrams(from, target, payload);
  const shown = result.kind === 'answered' ? { ...result, detail: errorNumberIn(result.bytes) } : result;
  return trial('udp', target, shown);
}

function errorNumberIn(bytes: Buffer): string {
  const number = /"error_no"\s*:\s*(\d+)/.exec(bytes.toString('utf8'))?.[1];
  return number === undefined ? `${bytes.length} bytes came back` : `heartbeat answered, error number ${number}`;
}

async function rpcTrial(
  from: Host,
  service: ServiceName,
  protocol: 'tcp' | 'udp',
  target: HopTarget,
  nfsVersion: '3' | '4',
): Promise<Trial> {
  const call = nullCall(service, nfsVersion, protocol);
  const result =
    protocol === 'udp'
      ? await datagrams(from, target, call.bytes)
      : await from.exchangeTcp({ ...target, payload: call.bytes, isWhole: call.isAnswer, timeoutMs: TIMEOUT_MS });
  if (result.kind !== 'answered') return trial(protocol, target, result);
  return call.isAnswer(result.bytes)
    ? trial(protocol, target, { ...result, detail: `${service} answered` })
    : trial(
        protocol,
        target,
        { ...result, detail: `no answer of ${service}: ${result.bytes.length} bytes` },
        'otherService',
      );
}

async function datagrams(from: Host, target: HopTarget, payload: Buffer): Promise<ExchangeResult> {
  for (let sent = 1; ; sent++) {
    const result = await from.exchangeUdp({ ...target, payload, timeoutMs: TIMEOUT_MS / DATAGRAMS });
    if (result.kind !== 'timeout' || sent === DATAGRAMS) return result;
  }
}

function trial(
  protocol: 'tcp' | 'udp',
  { host, port }: HopTarget,
  { kind, detail }: ExchangeResult,
  as?: Trial['what'],
): Trial {
  // Silence says nothing of UDP; a connection that is taken and not answered says that something else listens.
  const silent = kind === 'timeout' && protocol === 'udp';
  const mute = kind === 'timeout' && /^connected/.test(detail);
  const what = as ?? (silent ? 'silent' : mute ? 'otherService' : kind);
  const result =
    what === 'answered' || what === 'connected' ? 'pass' : what === 'silent' || what === 'unsaid' ? 'unknown' : 'fail';
  return { result, what, line: `${protocol} ${host}:${port}: ${detail}` };
}

/** What was found of one hop. */
export interface HopResult {
  hop: ChainHop;
  result: 'pass' | 'fail' | 'unknown';
  reason: Message;
  remedy: Message | null;
  evidence: string[];
  /** Which part of the chain: the server does not answer itself, or the way to it is closed; null: not known. */
  failsAt: 'server' | 'way' | null;
  tookMs: number;
}

export interface HopHosts {
  from: Host;
  /** The server that is reached, where it can be asked; it says whether the service answers there at all. */
  at: Host | null;
}

/** Tries a hop from where it is used, and looks on where it fails: at the server itself, and for the other protocol. */
export async function probeHop(
  hop: ChainHop,
  { from, at }: HopHosts,
  nfsVersion: '3' | '4',
  clock: Clock,
): Promise<HopResult> {
  const began = clock.monotonicMs();
  const first = await tryHop(from, hop, hop.target, nfsVersion);
  const ended = (
    more: Pick<HopResult, 'result' | 'reason' | 'remedy' | 'failsAt'>,
    lines: string[] = [],
  ): HopResult => ({
    hop,
    ...more,
    evidence: [`${from.name}: ${first.line}`, ...lines],
    tookMs: Math.round(clock.monotonicMs() - began),
  });
  const params = { from: hop.from, to: hop.to, service: hop.service, protocol: hop.protocol, ...hop.target };
  const said = (name: string): Message => message(`dataSync.hop.${name}`, params);
  if (first.result === 'pass') return ended({ result: 'pass', reason: said('open'), remedy: null, failsAt: null });
  const wrong = await wrongProtocol(from, hop);
  if (wrong)
    return ended(
      {
        result: 'fail',
        reason: said(wrong.name),
        remedy: message('dataSync.hop.remedy.protocol', params),
        failsAt: 'way',
      },
      [`${from.name}: ${wrong.line}`],
    );
  const local = at ? await tryHop(at, hop, { ...hop.arrives }, nfsVersion) : null;
  const lines = local && at ? [`${at.name}: ${local.line}`] : [];
  if (local?.result === 'pass')
    return ended({ result: 'fail', reason: said('way'), remedy: remedyOfWay(hop), failsAt: 'way' }, lines);
  if (local?.result === 'fail')
    return ended(
      {
        result: 'fail',
        reason: said('server'),
        remedy: message('dataSync.hop.remedy.server', params),
        failsAt: 'server',
      },
      lines,
    );
  const result = first.result;
  return ended({ result, reason: said(first.what), remedy: remedyOfWay(hop), failsAt: null }, lines);
}

function remedyOfWay({ via, arrives, target, protocol }: ChainHop): Message {
  const params = { protocol, host: target.host, port: target.port, insideHost: arrives.host, insidePort: arrives.port };
  return message(via === 'nothing' ? 'dataSync.hop.remedy.firewall' : 'dataSync.hop.remedy.router', params);
}

/** A port that answers the other protocol: t2 and f2 are swapped, or a router forwards the wrong one (F3). */
async function wrongProtocol(from: Host, hop: ChainHop): Promise<{ name: string; line: string } | null> {
  if (hop.service === 'f2') {
    const tcp = await connectTrial(from, hop.target);
    return tcp.result === 'pass' ? { name: 'tcpForUdp', line: tcp.line } : null;
  }
  if (hop.service === 't2') {
    const udp = await heartbeatTrial(from, hop.target);
    return udp.result === 'pass' ? { name: 'udpForTcp', line: udp.line } : null;
  }
  return null;
}
