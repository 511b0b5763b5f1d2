/** The servers of a connect string, which the configuration's schema has checked. */
export function zooKeeperServers(connectString: string): { host: string; port: number }[] {
  return connectString.split(',').map((server) => {
    const colon = server.lastIndexOf(':');
    return { host: server.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(server.slice(colon + 1)) };
  });
}
