// The screen's own building blocks: state marks, buttons, panels, facts, dialogs, fields.
// They know tokens and words, and nothing of pairs.
export * from './also.tsx';
export * from './banner.tsx';
export * from './button.tsx';
export * from './command.tsx';
export * from './copy-button.tsx';
export * from './facts.tsx';
export * from './field.tsx';
export * from './file-button.tsx';
export * from './list-row.tsx';
export * from './list-table.tsx';
export * from './modal.tsx';
export * from './panel.tsx';
export * from './since-and-heard.tsx';
export * from './sparkline.tsx';
export * from './state-mark.tsx';
export * from './tag.tsx';
export * from './time.tsx';
