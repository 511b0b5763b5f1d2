import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_JAR = '/usr/share/java/zookeeper.jar';
const DEBIAN_LOGGER = '/usr/share/java/slf4j-simple.jar';

/** The Java class path of an installed ZooKeeper, or undefined where none is found. */
export function findClasspath(): string | undefined {
  const home = process.env.ZOOKEEPER_HOME;
  const unpacked = home ? jarsOf(home) : [];
  if (unpacked.length > 0) return unpacked.join(delimiter);
  // Debian's jar names the jars it needs in its manifest; the logger alone is not among them.
  if (!existsSync(DEBIAN_JAR)) return undefined;
  return existsSync(DEBIAN_LOGGER) ? [DEBIAN_JAR, DEBIAN_LOGGER].join(delimiter) : DEBIAN_JAR;
}

/** The Java program to start: that of JAVA_HOME, else the one on the path. */
export function javaProgram(): string {
  return process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
}

/** Why Apache ZooKeeper cannot be started here, with what to install; undefined when it can. */
export function apacheZooKeeperMissing(): string | undefined {
  if (spawnSync(javaProgram(), ['-version'], { stdio: 'ignore' }).error) {
    return 'Java is missing: install it (Debian: apt install default-jre-headless zookeeper), or set JAVA_HOME.';
  }
  if (!findClasspath()) {
    return 'Apache ZooKeeper is missing: install it (Debian: apt install zookeeper), or set ZOOKEEPER_HOME to an unpacked release.';
  }
  return undefined;
}

function jarsOf(home: string): string[] {
  return [home, join(home, 'lib')].flatMap((folder) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jar'))
      .map((name) => join(folder, name));
  });
}
