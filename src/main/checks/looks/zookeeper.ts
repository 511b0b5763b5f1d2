import { message } from '#shared/domain';
import { type Finding, failed, passed, unknown, warned } from '../finding.ts';
import { parseServerState, type ServerState } from '../parsers/zookeeper.ts';
import { anyHost, type PairSight, REACH_TIMEOUT_MS, type ServerSight } from '../sight.ts';

/** More requests than this waiting at one server is a server in trouble. */
const MANY_OUTSTANDING = 100;

interface Member {
  address: string;
  state: ServerState | undefined;
  unsaid: boolean;
  line: string;
}

/** The ensemble as this server sees it: who serves, whether that is a quorum, how many requests wait. */
export async function lookAtZooKeeper(server: ServerSight, { zooKeeperServers }: PairSight): Promise<Finding> {
  const host = await anyHost(server);
  const members = await Promise.all(
    zooKeeperServers.map(async ({ host: name, port }): Promise<Member> => {
      const payload = Buffer.from('srvr');
      const result = await host.exchangeTcp({ host: name, port, payload, timeoutMs: REACH_TIMEOUT_MS });
      const text = result.bytes.toString('utf8');
      const state = parseServerState(text);
      const said = text
        .split('\n')
        .filter((line) => /^(Mode|Outstanding|This|srvr)/.test(line))
        .join(', ');
      return {
        address: `${name}:${port}`,
        state,
        unsaid: result.kind === 'unsaid',
        line: `${name}:${port}: ${said || result.detail}`,
      };
    }),
  );
  return judgeEnsemble(members);
}

function judgeEnsemble(members: readonly Member[]): Finding {
  const evidence = members.map(({ line }) => line);
  const serving = members.flatMap(({ state }) => (state?.says === 'serving' ? [state] : []));
  const mute = members.filter(({ state, unsaid }) => unsaid || state?.says === 'forbidden').length;
  const params = { serving: serving.length, servers: members.length };
  const remedy = message('check.remedy.zookeeper');
  const quorum = Math.floor(members.length / 2) + 1;
  if (serving.length + mute < quorum) return failed(message('check.zookeeper.noQuorum', params), evidence, remedy);
  if (serving.length < quorum) return unknown(message('check.zookeeper.mute', params), evidence, remedy);
  if (members.length > 1 && serving.some(({ mode }) => mode === 'standalone'))
    return failed(message('check.zookeeper.apart', params), evidence, remedy);
  const outstanding = Math.max(...serving.map((state) => state.outstanding ?? 0));
  if (outstanding > MANY_OUTSTANDING)
    return warned(message('check.zookeeper.busy', { ...params, outstanding }), evidence, remedy);
  if (serving.length < members.length) return warned(message('check.zookeeper.some', params), evidence, remedy);
  return passed(message('check.zookeeper.ok', params), evidence);
}
