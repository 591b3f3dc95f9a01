import * as http from "node:http";
import * as https from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

const MAX_SOCKETS = 64;

/**
 * Decides for each request whether it goes through a proxy, by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case.
 * The AWS SDK reads none of them, and the endpoint differs between S3 buckets and DynamoDB, so one fixed proxy would not do.
 */
class EnvironmentProxyAgent extends Agent {
  readonly #direct = {
    http: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    https: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  readonly #viaProxy = new Map<string, http.Agent>();

  constructor() {
    // The agents that are chosen keep connections; whether a request asks for that is read here.
    super({ keepAlive: true });
  }

  override connect(request: http.ClientRequest, options: AgentConnectOpts): http.Agent {
    const scheme = options.secureEndpoint ? "https" : "http";
    const proxy = getProxyForUrl(`${scheme}://${String(request.getHeader("host") ?? options.host)}`);
    if (!proxy) return this.#direct[scheme];
    const name = `${scheme} ${proxy}`;
    let agent = this.#viaProxy.get(name);
    if (!agent) {
      // A plain request is rewritten for the proxy only when its connection is made: it needs one of its own.
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

/** One agent for both schemes; pools its connections. */
export function environmentProxyAgent(): https.Agent {
  // agent-base serves both schemes; Node's types know an agent of https by its class alone.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  return new EnvironmentProxyAgent() as http.Agent as https.Agent;
}
