import { type Message, message, PAIR_HOST } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { ProbeItem, SetupReport } from '#shared/setup';

/** A verification report as one page that needs nothing else: to be kept, printed and signed. Pure. */
export function reportHtml(report: SetupReport, locale: Locale): string {
  const t = (key: string, params: Message['params'] = {}) => escaped(sentence(locale, message(key, params)));
  const say = (said: Message) => escaped(sentence(locale, said));
  const moment = (atMs: number) =>
    escaped(new Date(atMs).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' }));
  const title = (id: string) => {
    const key = `check.title.${id}`;
    const known = t(key);
    return known === key ? escaped(id) : known;
  };
  const { values } = report;
  const heading = t('setup.report.title', { node: values.node.node, name: values.name });
  const verdict = report.verdict ?? 'running';
  const word = (result: ProbeItem['result']) => `<b class="${result}">${t(`setup.result.${result}`)}</b>`;
  const table = (head: string[], rows: string[][]) =>
    rows.length === 0
      ? `<p class="none">–</p>`
      : `<table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${rows
          .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
          .join('')}</tbody></table>`;
  const seconds = (ms: number | null) => (ms === null ? '–' : `${escaped(String(Math.round(ms)))} ms`);
  const sections = [
    section(t('setup.report.setup'), table([t('setup.report.what'), t('setup.report.value')], setupRows(report, t))),
    section(
      t('setup.report.svrModes'),
      table(
        [t('setup.report.instance'), 'svr_mode', t('setup.report.expected')],
        report.svrModes.map(({ instance, svrMode, expected }) => [
          escaped(instance),
          svrMode === null ? '–' : String(svrMode),
          String(expected),
        ]),
      ),
    ),
    section(
      t('setup.report.roundTrips'),
      table(
        [
          t('setup.report.instance'),
          t('setup.report.transport'),
          t('setup.report.result'),
          t('setup.report.took'),
          t('setup.report.found'),
        ],
        report.roundTrips.map(({ instance, transport, ok, tookMs, reason }) => [
          escaped(instance),
          transport === 't2' ? 't2 (TCP)' : 'f2 (UDP)',
          word(ok ? 'pass' : 'fail'),
          seconds(tookMs),
          say(reason),
        ]),
      ),
    ),
    section(t('setup.report.dryRun'), dryRunHtml(report, { t, say, word, table, seconds })),
    section(
      t('setup.report.switchovers'),
      report.switchovers.length === 0
        ? `<p class="none">${t('setup.report.noSwitchover')}</p>`
        : table(
            [t('setup.report.fromTo'), t('setup.report.result'), t('setup.report.outage'), t('setup.report.found')],
            report.switchovers.map(({ from, to, outcome, outageMs, outageErrorMs, reason }) => [
              `${escaped(from ?? '–')} → ${escaped(to)}`,
              t(`setup.outcome.${outcome}`),
              outageMs === null
                ? '–'
                : `${seconds(outageMs)}${outageErrorMs === null ? '' : ` ± ${seconds(outageErrorMs)}`}`,
              reason ? say(reason) : '–',
            ]),
          ),
    ),
    section(
      t('setup.report.checks'),
      table(
        [t('setup.report.where'), t('setup.report.check'), t('setup.report.result'), t('setup.report.found')],
        report.checks.map(({ about, id, result, reason, remedy, evidence }) => [
          escaped(about === PAIR_HOST ? sentence(locale, message('screen.checks.pair')) : about),
          title(id),
          word(result),
          `${say(reason)}${remedy && result !== 'pass' ? `<br><i>${say(remedy)}</i>` : ''}${
            evidence.length > 0 ? `<pre>${escaped(evidence.join('\n'))}</pre>` : ''
          }`,
        ]),
      ),
    ),
  ];
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${heading}</title><style>${STYLE}</style></head><body>
<h1>${heading}</h1>
<p class="verdict ${verdict}">${t(`setup.verdict.${verdict}`)}</p>
<p>${t('setup.report.made', { console: report.console.name, version: report.console.version })}${moment(report.startedAtMs)}${
    report.endedAtMs === null ? '' : ` – ${moment(report.endedAtMs)}`
  }${t('setup.report.stop')}${t('setup.report.id', { id: report.id })}</p>
${sections.join('\n')}
<section class="sign"><p>${t('setup.report.implementer')}</p><p>${t('setup.report.customer')}</p></section>
</body></html>
`;
}

type Say = (key: string, params?: Message['params']) => string;

function setupRows({ values }: SetupReport, t: Say): string[][] {
  const { zookeeper, servers, node, policy, mode } = values;
  const indexes = mode === 'single' ? ([0] as const) : ([0, 1] as const);
  return [
    [t('setup.report.mode'), t(`setup.mode.${mode ?? 'pair'}`)],
    ['ZooKeeper', escaped(`${zookeeper.connectString}${zookeeper.chroot}`)],
    [t('setup.report.node'), escaped(`${node.system} / ${node.node}`)],
    ...indexes.map((index) => {
      const instance = node.instances[index];
      const server = servers[index];
      const nat = server.nat ? `; NAT: ${server.peer.host} t2 ${server.peer.t2Port}, f2 ${server.peer.f2Port}` : '';
      return [
        escaped(instance.name),
        escaped(`${server.host} t2 ${instance.t2Port}/TCP, f2 ${instance.f2Port}/UDP${nat}`),
      ];
    }),
    ...(mode === 'single' ? [] : [[t('setup.report.policy'), t(`setup.policy.${policy.mode ?? 'assist'}`)]]),
  ];
}

interface Pieces {
  t: Say;
  say(said: Message): string;
  word(result: ProbeItem['result']): string;
  table(head: string[], rows: string[][]): string;
  seconds(ms: number | null): string;
}

function dryRunHtml({ dryRun, dryRunMissing }: SetupReport, { t, say, word, table, seconds }: Pieces): string {
  if (!dryRun) return `<p class="none">${dryRunMissing ? say(dryRunMissing) : '–'}</p>`;
  const summary = t('setup.report.dryRunOf', { from: dryRun.from ?? '–', to: dryRun.to });
  const refusal = dryRun.refusal ? `<p class="rejected">${say(dryRun.refusal)}</p>` : '';
  const steps = table(
    [t('setup.report.step'), t('setup.report.found'), t('setup.report.atMost')],
    dryRun.steps.map(({ step, message: said, timeoutMs }) => [t(`screen.step.${step}`), say(said), seconds(timeoutMs)]),
  );
  const checks = table(
    [t('setup.report.result'), t('setup.report.found')],
    dryRun.checks.map(({ result, message: said }) => [word(result), say(said)]),
  );
  return `<p>${summary}</p>${refusal}${checks}${steps}`;
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Black on white: it is printed. Results are told by word and weight, not by colour alone. */
const STYLE = `
body{font:13px/1.5 system-ui,"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#191d22;max-width:1000px;margin:24px auto;padding:0 20px}
h1{font-size:21px;margin:0 0 8px}h2{font-size:15px;margin:22px 0 6px}
table{border-collapse:collapse;width:100%}table+table{margin-top:10px}th,td{border:1px solid #c6ccd3;padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th:not(:last-child),td:not(:last-child){overflow-wrap:break-word;word-break:keep-all}
th{background:#f1f3f5;font-weight:600}pre{margin:4px 0 0;font:11px/1.4 ui-monospace,Consolas,monospace;white-space:pre-wrap;color:#545d68}
.verdict{font-size:16px;font-weight:650;border-left:6px solid #8b95a1;padding:6px 10px;background:#f6f7f8}
.verdict.rejected,p.rejected{border-color:#a3161a;color:#a3161a}.verdict.reservations{border-color:#a98a00}
b.fail{color:#a3161a}b.warn,b.unknown{color:#7a5b00}.none{color:#545d68}
.sign{display:flex;gap:60px;margin-top:40px}.sign p{flex:1;border-top:1px solid #191d22;padding-top:6px}
tr,section.sign{break-inside:avoid}@page{margin:15mm}
`.trim();
