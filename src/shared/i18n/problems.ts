import { type Message, message } from '#shared/domain';
import type { CatalogueSection } from './section.ts';

/** What can be wrong with a field of the configuration, in a form or in the file. */
export const problems: CatalogueSection = {
  'zh-CN': {
    'problem.required': '必填',
    'problem.tooLong': '太长',
    'problem.id': '只能用小写字母、数字和连字符，以字母或数字开头，最多 64 个字符',
    'problem.sameId': '该标识已被另一个环境使用',
    'problem.reservedId': '该标识保留给演练环境',
    'problem.practice': '演练环境由控制台自己创建，不写入配置文件',
    'problem.pathName': '不能含斜杠或控制字符，也不能只是点：它是 ZooKeeper 路径的一部分',
    'problem.host': '应为主机名或 IP 地址，不含空格和斜杠',
    'problem.port': '应为 1 到 65535 之间的整数',
    'problem.samePort': '同一主机上的两个实例不能用同一端口',
    'problem.sameName': '两个实例的名称必须不同',
    'problem.hostCheckAccess': '经 SSH 检查进程需要在 server.access 中配置 SSH 访问方式',
    'problem.samePair': '同一系统中已有同名节点的主备对',
    'problem.samePairId': '该环境中已有这个标识的主备对',
    'problem.beatInterval': '应为 100 到 60000 毫秒之间的整数',
    'problem.sessionTimeout': '应为 1000 到 120000 毫秒之间的整数',
    'problem.connectString': '应为 主机:端口，多个之间用逗号分隔，IPv6 地址加方括号',
    'problem.chroot': '应为空或以斜杠开头的路径，末尾不带斜杠',
    'problem.pathTemplate': '应为以斜杠开头的路径，不含空格、连续斜杠和末尾斜杠',
    'problem.pathTemplateNode': '必须含有 {node}',
    'problem.noPair': '至少要有一个主备对',
    'problem.tooManyPairs': '主备对过多，最多 500 个',
    'problem.tooManyEnvironments': '环境过多，最多 200 个',
    'problem.credentialLost': '没有已保存的会话或令牌，请重新填写',
    'problem.type': '类型不对，应为 {{expected}}',
    'problem.choice': '应为以下之一：{{values}}',
    'problem.atLeast': '不能小于 {{minimum}}',
    'problem.atMost': '不能大于 {{maximum}}',
    'problem.fewItems': '至少需要 {{minimum}} 项',
    'problem.manyItems': '最多 {{maximum}} 项',
    'problem.unknownField': '有不认识的字段：{{keys}}',
    'problem.checkInterval': '应为 10000 到 86400000 之间的整数（ms）',
    'problem.absolutePath': '应为服务器上的绝对路径，不含 . 和 ..',
    'problem.localPath': '应为控制台所在机器上的文件路径',
    'problem.environmentVariable': '应为环境变量名：字母、数字和下划线，不以数字开头',
    'problem.user': '应为用户名，不含空格',
    'problem.mountSource': '应为挂载来源，如 10.0.0.12:/export/share，不以连字符开头',
    'problem.mountType': '应为文件系统类型，如 nfs、sshfs、bind',
    'problem.mountOption': '每项一个挂载选项，不含逗号',
    'problem.nftName': '应为 nftables 的表名或链名：字母、数字、下划线和连字符',
    'problem.selector': "应为从根元素开始的路径，如 /a/b[@name='x']/@port 或 /a/b[2]/text()",
    'problem.profileRoots': '同一文件的所有路径必须从同一个根元素开始',
    'problem.sameSelector': '另一个字段已用同一路径',
    'problem.unitOfDuration': '只有时长字段有单位',
    'problem.valuesOfChoice': '只有选择字段可以换写法，且每个值各有一种不同的写法',
    'problem.invalid': '无效',
  },
  en: {
    'problem.required': 'Required',
    'problem.tooLong': 'Too long',
    'problem.id': 'Lower-case letters, digits and hyphens only, starting with a letter or digit, at most 64 characters',
    'problem.sameId': 'Another environment has this id',
    'problem.reservedId': 'This id is kept for the practice environment',
    'problem.practice': 'Practice environments are made by the console itself and are not kept in the file',
    'problem.pathName': 'No slashes or control characters, and not dots alone: it becomes part of a ZooKeeper path',
    'problem.host': 'A host name or IP address, without spaces or slashes',
    'problem.port': 'A whole number from 1 to 65535',
    'problem.samePort': 'Two instances on one host cannot use the same port',
    'problem.sameName': 'The two instances need different names',
    'problem.hostCheckAccess': 'a look at its process over SSH needs `server.access` of type ssh',
    'problem.samePair': 'There is already a pair with this node name in this system',
    'problem.samePairId': 'Another pair of this environment has this id',
    'problem.beatInterval': 'A whole number of milliseconds from 100 to 60000',
    'problem.sessionTimeout': 'A whole number of milliseconds from 1000 to 120000',
    'problem.connectString': 'host:port, several separated by commas, IPv6 addresses in brackets',
    'problem.chroot': 'Empty, or a path that starts with a slash and does not end with one',
    'problem.pathTemplate': 'A path that starts with a slash, without spaces, double slashes or a slash at its end',
    'problem.pathTemplateNode': 'It must contain {node}',
    'problem.noPair': 'At least one pair is needed',
    'problem.tooManyPairs': 'Too many pairs: at most 500',
    'problem.tooManyEnvironments': 'Too many environments: at most 200',
    'problem.credentialLost': 'No session or token is stored: enter it again',
    'problem.type': 'Wrong type: {{expected}} expected',
    'problem.choice': 'One of: {{values}}',
    'problem.atLeast': 'Not less than {{minimum}}',
    'problem.atMost': 'Not more than {{maximum}}',
    'problem.fewItems': 'At least {{minimum}} items are needed',
    'problem.manyItems': 'At most {{maximum}} items',
    'problem.unknownField': 'Unknown fields: {{keys}}',
    'problem.checkInterval': 'A whole number of milliseconds from 10000 to 86400000',
    'problem.absolutePath': 'An absolute path on the server, without . and ..',
    'problem.localPath': "A file's path on the console's machine",
    'problem.environmentVariable':
      'The name of an environment variable: letters, digits and underscores, no digit first',
    'problem.user': 'A user name, without spaces',
    'problem.mountSource': 'The source of a mount, as 10.0.0.12:/export/share, not starting with a hyphen',
    'problem.mountType': 'A type of file system, as nfs, sshfs, bind',
    'problem.mountOption': 'One mount option an item, without commas',
    'problem.nftName': 'The name of a table or chain of nftables: letters, digits, underscores and hyphens',
    'problem.selector': "A path from the root element, as /a/b[@name='x']/@port or /a/b[2]/text()",
    'problem.profileRoots': 'All paths of one file must begin with the same root element',
    'problem.sameSelector': 'Another field has the same path',
    'problem.unitOfDuration': 'Only durations have a unit',
    'problem.valuesOfChoice': 'Only choices can be written otherwise, and each value in a way of its own',
    'problem.invalid': 'Not valid',
  },
};

/** What is used of a zod issue. */
export interface SchemaIssue {
  code?: string | undefined;
  message?: string | undefined;
  expected?: unknown;
  values?: readonly unknown[] | undefined;
  options?: readonly unknown[] | undefined;
  origin?: string | undefined;
  minimum?: number | bigint | undefined;
  maximum?: number | bigint | undefined;
  keys?: readonly string[] | undefined;
}

/**
 * A zod issue as a catalogue message: the schema's own key where it names one, else one for zod's code; never zod's
 * English. `missing`: nothing at all was given at the issue's path.
 */
export function problemMessage(issue: SchemaIssue, missing = false): Message {
  if (issue.message?.startsWith('problem.') && !missing) return message(issue.message);
  const isList = issue.origin === 'array';
  switch (issue.code) {
    case 'invalid_type':
      return missing ? message('problem.required') : message('problem.type', { expected: String(issue.expected) });
    case 'invalid_value':
    case 'invalid_union': {
      const choices = issue.values ?? issue.options;
      return choices ? message('problem.choice', { values: choices.join(', ') }) : message('problem.invalid');
    }
    case 'too_small':
      return message(isList ? 'problem.fewItems' : 'problem.atLeast', { minimum: Number(issue.minimum) });
    case 'too_big':
      return message(isList ? 'problem.manyItems' : 'problem.atMost', { maximum: Number(issue.maximum) });
    case 'unrecognized_keys':
      return message('problem.unknownField', { keys: (issue.keys ?? []).join(', ').slice(0, 200) });
    default:
      return message('problem.invalid');
  }
}
