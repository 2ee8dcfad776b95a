// A certified OpenID provider that keeps gov.br's contract as far as its standard goes.
// It is told all by its environment, prints one line once it listens, and ends with its input.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, LOGOUT_URI } = process.env;
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const people = {
  "12345678909": { name: "Maria Exemplo", email: "maria@exemplo.org", email_verified: true },
};

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [LOGOUT_URI],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["made-up"] },
  jwks: { keys: [{ ...key, kid: "rsa1", alg: "RS256" }] },
  // Whoever signs in is named by what was typed: gov.br's subject is the CPF.
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  pkce: { required: () => true },
});

createServer(provider.callback()).listen(Number(PORT), "127.0.0.1", () => {
  process.stdout.write("listens\n");
});
process.stdin.on("end", () => process.exit(0)).resume();
