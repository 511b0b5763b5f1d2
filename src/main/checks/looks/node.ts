import { message } from '#shared/domain';
import { type Finding, failed, passed, unknown } from '../finding.ts';
import type { PairSight, ServerSight } from '../sight.ts';

/** F9: both instances must be of a pair, `svr_mode` 0. */
export async function lookAtSvrMode(server: ServerSight, { node }: PairSight): Promise<Finding> {
  const { name } = server.instance;
  const answer = await node.systemInfo(name);
  const params = { instance: name };
  if (answer.kind === 'silent') return unknown(message('check.svrMode.silent', params), [answer.detail]);
  const evidence = [answer.raw];
  if (answer.svrMode === 0) return passed(message('check.svrMode.pair', params), evidence);
  if (answer.svrMode === 1)
    return failed(message('check.svrMode.single', params), evidence, message('check.remedy.svrMode', params));
  return unknown(message('check.svrMode.notSaid', params), evidence);
}
