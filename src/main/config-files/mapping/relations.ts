import { message } from '#shared/domain';
import type { FieldName } from './fields.ts';
import type { ConfigFinding } from './findings.ts';
import type { ReadField } from './read-field.ts';

type Fields = ReadonlyMap<FieldName, ReadField>;

/** What fields say of each other: ports that are the same or swapped (F3), and two servers that are one machine. */
export function relationFindings(file: string, fields: Fields): ConfigFinding[] {
  const value = (name: FieldName) => fields.get(name)?.value ?? undefined;
  const findings: ConfigFinding[] = [];
  const tell = (name: FieldName, key: string, other: FieldName) => {
    const place = fields.get(name)?.place ?? null;
    const params = {
      file,
      line: place?.line ?? 0,
      column: place?.column ?? 0,
      field: name,
      other,
      value: value(name) ?? '',
    };
    findings.push({ severity: 'error', field: name, said: message(`configFile.${key}`, params), place });
  };
  const isSame = (one: FieldName, other: FieldName) => value(one) !== undefined && value(one) === value(other);
  for (const who of ['node', 'peer'] as const)
    if (isSame(`${who}.t2.port`, `${who}.f2.port`)) tell(`${who}.f2.port`, 'samePorts', `${who}.t2.port`);
  const isSwapped = isSame('node.t2.port', 'peer.f2.port') && isSame('node.f2.port', 'peer.t2.port');
  if (isSwapped && !isSame('node.t2.port', 'node.f2.port')) tell('peer.t2.port', 'swappedPorts', 'node.t2.port');
  if (isSame('node.host', 'peer.host') && isSame('node.t2.port', 'peer.t2.port'))
    tell('peer.host', 'sameServer', 'node.host');
  return findings;
}

/** Whether a change swaps t2 and f2 of one node: perhaps what was meant, perhaps the mistake. */
export function swapFindings(file: string, before: Fields, after: Fields): ConfigFinding[] {
  return (['node', 'peer'] as const).flatMap((who) => {
    const ports = (fields: Fields) => [fields.get(`${who}.t2.port`)?.value, fields.get(`${who}.f2.port`)?.value];
    const [t2, f2] = ports(before);
    const [newT2, newF2] = ports(after);
    if (t2 == null || f2 == null || t2 === f2 || newT2 !== f2 || newF2 !== t2) return [];
    const place = after.get(`${who}.t2.port`)?.place ?? null;
    const params = {
      file,
      line: place?.line ?? 0,
      column: place?.column ?? 0,
      field: `${who}.t2.port`,
      other: `${who}.f2.port`,
    };
    return [
      { severity: 'warning', field: `${who}.t2.port`, said: message('configFile.swapsPorts', params), place } as const,
    ];
  });
}
