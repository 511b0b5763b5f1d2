import { type Message, message, type Registration, type Route } from '#shared/domain';
import { type Finding, failed, passed, unknown } from '../finding.ts';
import type { PairSight } from '../sight.ts';

/** F2, F8: the route names an instance that is registered, serves, and is the process that it says it is. */
export async function lookAtRoute(sight: PairSight): Promise<Finding> {
  const records = await sight.records.read();
  const remedy = message('check.remedy.route');
  if (records.kind === 'unreachable')
    return unknown(
      message('check.route.unreachable', { detail: records.detail }),
      [records.detail],
      message('check.remedy.zookeeper'),
    );
  const { route, registrations, problems } = records;
  const evidence = [...evidenceOf(route, [...registrations.values()]), ...problems];
  if (problems.length > 0) return failed(message('check.route.broken'), evidence, remedy);
  if (!route) return failed(message('check.route.none'), evidence, message('check.remedy.noRoute'));
  const { instance, epoch } = route;
  const names = sight.servers.map((server) => server.instance.name);
  if (!names.includes(instance)) return failed(message('check.route.foreign', { instance }), evidence, remedy);
  if (route.state === 'closed') return failed(message('check.route.closed', { instance, epoch }), evidence, remedy);
  const primary = registrations.get(instance);
  const trouble = primaryTrouble(route, primary) ?? (await runningTrouble(sight, registrations));
  if (trouble) return failed(trouble, evidence, remedy);
  const other = names.find((name) => name !== instance) ?? '';
  const standby = registrations.get(other);
  if (!standby)
    return failed(message('check.route.noStandby', { instance: other }), evidence, message('check.remedy.mt'));
  if (standby.role !== 'standby' || standby.status !== 2)
    return failed(
      message('check.route.notStandby', { instance: other, role: wordOf(standby.role), status: standby.status }),
      evidence,
      message('check.remedy.standby', { standby: other }),
    );
  return passed(message('check.route.ok', { instance, standby: other, epoch }), evidence);
}

/** The role's word in the language of who reads it. */
const wordOf = (role: Registration['role']): string => `screen.role.${role}`;

function primaryTrouble(route: Route, primary: Registration | undefined): Message | null {
  const { instance } = route;
  if (!primary) return message('check.route.gone', { instance });
  if (primary.incarnation !== route.incarnation) return message('check.route.otherIncarnation', { instance });
  if (primary.role !== 'primary') return message('check.route.notPrimary', { instance, role: wordOf(primary.role) });
  return null;
}

/** Whether what answers is what is registered. Who does not answer is another check's. */
async function runningTrouble(
  { servers, node }: PairSight,
  registrations: ReadonlyMap<string, Registration>,
): Promise<Message | null> {
  for (const { instance } of servers) {
    const answer = await node.systemInfo(instance.name);
    const registration = registrations.get(instance.name);
    if (answer.kind !== 'answered' || !answer.info || !registration) continue;
    if (answer.info.instance !== instance.name)
      return message('check.route.otherAnswers', { instance: instance.name, found: answer.info.instance });
    if (answer.info.incarnation !== registration.incarnation)
      return message('check.route.otherProcess', { instance: instance.name });
  }
  return null;
}

function evidenceOf(route: Route | null, registrations: readonly Registration[]): string[] {
  const routeLine = route
    ? [`route: ${route.instance} ${route.state}, epoch ${route.epoch}, ${route.incarnation}`]
    : [];
  return [
    ...routeLine,
    ...registrations.map(
      ({ instance, role, status, epoch, incarnation, process: { pid } }) =>
        `${instance}: ${role}, status ${status}, epoch ${epoch}, pid ${pid}, ${incarnation}`,
    ),
  ];
}
