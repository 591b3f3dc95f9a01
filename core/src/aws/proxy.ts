import * as http from "node:http";
import * as https from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

const MAX_SOCKETS = 64;

/**
 * Chooses the proxy of each request from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in upper or lower case. The AWS SDK does not read
 * these variables. One fixed proxy does not work, because the hosts of S3 buckets and DynamoDB differ.
 */
class EnvironmentProxyAgent extends Agent {
  readonly #direct = {
    http: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    https: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  readonly #viaProxy = new Map<string, http.Agent>();

  constructor() {
    // The chosen agents keep connections open; requests ask for that only if this agent does.
    super({ keepAlive: true });
  }

  override connect(request: http.ClientRequest, options: AgentConnectOpts): http.Agent {
    const scheme = options.secureEndpoint ? "https" : "http";
    const proxy = getProxyForUrl(`${scheme}://${String(request.getHeader("host") ?? options.host)}`);
    if (!proxy) return this.#direct[scheme];
    const name = `${scheme} ${proxy}`;
    let agent = this.#viaProxy.get(name);
    if (!agent) {
      // HttpProxyAgent rewrites a plain request only when it opens the connection, so each request needs a separate connection.
      agent = options.secureEndpoint ? new HttpsProxyAgent(proxy, { keepAlive: true, maxSockets: MAX_SOCKETS }) : new HttpProxyAgent(proxy);
      this.#viaProxy.set(name, agent);
    }
    return agent;
  }

  override destroy(): void {
    for (const agent of [...Object.values(this.#direct), ...this.#viaProxy.values()]) agent.destroy();
    super.destroy();
  }
}

/** Creates one agent for http and https that reuses connections. */
export function environmentProxyAgent(): https.Agent {
  // agent-base serves both schemes, but Node's types accept only its own class as an agent for https.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  return new EnvironmentProxyAgent() as http.Agent as https.Agent;
}
