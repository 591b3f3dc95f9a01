/** An error in the form that the AWS SDK throws. */
export function awsError(name: string, status: number, message = name): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode: status, requestId: "REQ1" } });
}

/** A request whose answer never came. */
export const lostAnswer = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
