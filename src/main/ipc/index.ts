// Commands and topics between main and any number of screens, whatever carries the messages: the router checks what
// comes in against the contract, the hub turns full pictures into snapshots and consecutive changes.
export { CommandError } from './errors.ts';
export { createTopicHub, type TopicHub, type TopicSources } from './hub.ts';
export { type CommandHandlers, createRouter, type Router } from './router.ts';
export { type ClientSession, openClientSession, type ScreenPort } from './session.ts';
