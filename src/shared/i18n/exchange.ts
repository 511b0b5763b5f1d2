import type { CatalogueSection } from './section.ts';

/** Environments that leave and enter as one file. */
export const exchange: CatalogueSection = {
  'zh-CN': {
    'exchange.tooLarge': '文件太大：{{bytes}} 字节，最多 {{most}} 字节',
    'exchange.notJson': '不是有效的 JSON',
    'exchange.notUtf8': '这里不是 UTF-8 编码：请把文件存为 UTF-8 后再导入',
    'exchange.deep': '嵌套超过 {{levels}} 层',
    'exchange.notOne': '不是导出的环境文件：缺少 format “{{format}}” 和 version',
    'exchange.version': '版本 {{version}} 不受支持，此控制台只认识到版本 {{known}}',
    'exchange.twice': '这个键在同一对象中出现了两次',
    'exchange.sameName': '环境 {{id}} 也叫 {{name}}',
    'exchange.samePair': '环境 {{name}}（{{id}}）已在监视节点 {{node}} 的同一主备对',
    'exchange.missingCredential': '{{pair}} / {{instance}}：会话或令牌不在文件中，需重新填写',
    'exchange.missingLogin': 'ZooKeeper 用户 {{user}} 的密码不在文件中：需在环境表单中填写，或设置存放密码的环境变量',
    'exchange.missingCommand': '{{pair}} / {{instance}}：$t({{what}})中的密码不在文件中，需重新填写；在此之前不会使用',
    'exchange.what.fence': '隔离命令',
    'exchange.what.stop': '停止命令',
    'exchange.what.start': '启动命令',
    'exchange.what.mount': '挂载选项',
    'exchange.imported': '从文件导入了环境：新增 {{added}}；替换 {{replaced}}',
    'exchange.isThere': '环境 {{id}} 已存在：只有明确选择替换时才会替换',
    'error.configShownChanged': '显示预览之后，环境配置已被更改：未导入任何内容。请重新预览。',
  },
  en: {
    'exchange.tooLarge': 'The file is too large: {{bytes}} bytes, at most {{most}} bytes',
    'exchange.notJson': 'This is no valid JSON',
    'exchange.notUtf8': 'This is not UTF-8: save the file as UTF-8 and try again',
    'exchange.deep': 'It is nested deeper than {{levels}} levels',
    'exchange.notOne': 'This is no file of exported environments: it lacks the format "{{format}}" and a version',
    'exchange.version': 'Version {{version}} is not known: this console knows versions up to {{known}}',
    'exchange.twice': 'This key stands twice in one object',
    'exchange.sameName': 'The environment {{id}} is called {{name}}, too',
    'exchange.samePair': 'The environment {{name}} ({{id}}) watches the same pair of node {{node}} already',
    'exchange.missingCredential':
      '{{pair}} / {{instance}}: the session or token is not in the file, and has to be entered',
    'exchange.missingLogin':
      "ZooKeeper's password of {{user}} is not in the file: enter it in the environment's form, or set its environment variable",
    'exchange.missingCommand':
      '{{pair}} / {{instance}}: the secret of $t({{what}}) is not in the file, and has to be entered; until then it is not used',
    'exchange.what.fence': 'its fence command',
    'exchange.what.stop': 'its stop command',
    'exchange.what.start': 'its start command',
    'exchange.what.mount': 'its mount options',
    'exchange.imported': 'Environments were imported from a file: added {{added}}; replaced {{replaced}}',
    'exchange.isThere': 'The environment {{id}} is there already: it is replaced only where that was chosen',
    'error.configShownChanged':
      'The environments were changed after the preview was shown: nothing was imported. Look at the preview again.',
  },
};
