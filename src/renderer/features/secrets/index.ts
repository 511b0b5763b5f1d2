// Passwords of servers and of ZooKeeper: put into main's secret store, apart from every form, and never shown.
// Where that store is, is said beside the field.
export * from './password-keeper.tsx';
