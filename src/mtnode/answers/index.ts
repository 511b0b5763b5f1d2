// What an instance answers, over t2 and f2: the listeners, and from function number to answer. Nothing that a request
// holds makes it throw.
export { Dispatcher } from './dispatcher.ts';
export { type Answering, listenF2, t2Handler } from './listeners.ts';
