// Generated from schemas/manager-api.openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/im/api/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Product and API versions
         * @description Needs no authentication, and no `v1` in its path. The `v1` of every other path is the leading part of the API
         *     version without its zero.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a session
         * @description Later calls send the `JSESSIONID` cookie, and `token` in `Authorization`. User names are case-insensitive.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a session
         * @description Takes no body. The cookie and the token are void from then on.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/secret/generateInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue the initial secret
         * @description Takes no body. **Replaces** the former initial secret, which stops working at once. No call reads it later.
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        post: operations["issueInitialSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/secret/client/generateInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue an IM client secret
         * @description Registers the IM client and returns its secret **once**; no call reads it later.
         *     A user may not create IDs that begin `AGENT_` or `MANAGER_`. The one call that the initial secret opens.
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`, or the initial secret.
         */
        post: operations["issueClientSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/secret/client/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the IM client IDs
         * @description IDs only. Those of agents and managers (`AGENT_*`, `MANAGER_*`) are among them.
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        get: operations["listClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/secret/client/deleteInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete IM clients
         * @description Not idempotent: an ID that is not registered is an error. Not allowed are `AGENT_*`, and `MANAGER_*` other than
         *     `MANAGER_INTEGRATED_<host>` (chapter 5.4.4 spells it `MANAGER__INTEGRATED_<host>`).
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        post: operations["deleteClients"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/subManagers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the lower managers
         * @description Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        get: operations["listLowerManagers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/subManagers/createInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add or update a lower manager
         * @description The host has to be registered as a subordinate in IM Configuration Management. A host that is there is updated.
         *     On the lower manager the IM client `MANAGER_INTEGRATED_<integrated manager's host>` is registered.
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        post: operations["addLowerManager"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/subManagers/deleteInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete lower managers
         * @description The lower manager's `MANAGER_INTEGRATED_<host>` client is deleted as well. Where that could not be done the answer
         *     carries a warning, with the hosts joined by `,` in one message.
         *     Needs `JP1_Console_Admin` on JP1 resource group `*`.
         */
        post: operations["deleteLowerManagers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the integrated agents
         * @description Takes no body. The agents of this manager and of every lower manager that it reaches. With a warning, the agents of
         *     some managers are **missing from the list**.
         */
        post: operations["listAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/agents/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete integrated agents
         * @description Removes 1-200 agents from the managers' registration. The facts name no message IDs for this call's warnings; those
         *     of the other calls that cross to a lower manager are taken.
         */
        post: operations["deleteAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/agents/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the keys of an agent's secrets
         * @description Keys only: the values are **never** returned.
         */
        post: operations["listAgentSecrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/im/api/v1/agents/secrets/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the secrets of an agent
         * @description `add` creates or overwrites. Of a key in both `add` and `delete`, `add` wins. An agent holds at most 1,000 secrets.
         *     Whether a failing batch is carried out in part is not specified.
         */
        post: operations["changeAgentSecrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Answer of *version* (5.12.1). */
        VersionInfo: {
            productName: string;
            /** @description VV-RR or VV-RR-SS. */
            productVersion: string;
            apiVersion: string[];
        };
        /** @description Body of *login* (5.4.1). */
        LoginRequest: {
            /** @description Case-insensitive. */
            user: string;
            /**
             * Format: password
             * @description At most 32 bytes.
             */
            password: string;
        };
        /** @description Answer of *login* (5.4.1). */
        LoginAnswer: {
            jp1user: string;
            /** Format: password */
            jp1token: string;
            /**
             * Format: password
             * @description What later calls send in `Authorization`.
             */
            token: string;
            clientId: string;
            permissions: unknown[];
        };
        /** @description Answer of *issue the initial secret* (5.4.3). */
        IssuedInitialSecret: {
            secret: components["schemas"]["InitialSecret"];
            lastUpdateTime: components["schemas"]["Time"];
        };
        /** @description Body of *issue an IM client secret* (5.4.4). */
        IssueClientRequest: {
            clientId: components["schemas"]["ClientId"];
        };
        /** @description Answer of *issue an IM client secret* (5.4.4). The only time that the secret is shown. */
        IssuedClientSecret: {
            /** Format: password */
            clientSecret: string;
            lastUpdateTime: components["schemas"]["Time"];
        };
        /** @description Answer of *list the IM client IDs* (5.4.5). */
        ClientList: {
            clientIds: components["schemas"]["ClientId"][];
        };
        /** @description Body of *delete IM clients* (5.4.6). */
        DeleteClientsRequest: {
            clientIds: components["schemas"]["ClientId"][];
        };
        /** @description Answer of *list the lower managers* (5.19). */
        LowerManagerList: {
            subManagers: components["schemas"]["Host"][];
        };
        /** @description Body of *add or update a lower manager* (5.19). */
        AddLowerManagerRequest: {
            hostname: components["schemas"]["Host"];
            initialsecret: components["schemas"]["InitialSecret"];
        };
        /** @description Body of *delete lower managers* (5.19). */
        DeleteLowerManagersRequest: {
            subManagers: components["schemas"]["Host"][];
        };
        /** @description A 200 that is not a full success; where all went well the body is empty. */
        PartialAnswer: {
            errhostlist: components["schemas"]["Host"][];
            messageList: components["schemas"]["Warning"][];
        };
        /** @description Answer of *list the integrated agents* (5.18.1). */
        AgentList: {
            agents: components["schemas"]["Agent"][];
            messageList?: components["schemas"]["Warning"][];
        };
        /** @description One integrated agent (7.2.5). */
        Agent: {
            agentid: string;
            agenthost: components["schemas"]["Host"];
            os: string;
            installpath: string;
            /** @description `130000` is version 13-00. */
            imversion: string;
            managerhost: components["schemas"]["Host"];
            registeredtime: string;
            addons: components["schemas"]["Addon"][];
        };
        /** @description An add-on program of an agent (7.2.5). */
        Addon: {
            addonName: string;
            enabled: boolean;
        };
        /** @description The pair by which a manager addresses an agent; body of *list the keys* (5.18.3). */
        AgentReference: {
            agenthost: components["schemas"]["Host"];
            managerhost: components["schemas"]["Host"];
        };
        /** @description Body of *delete integrated agents* (5.18.2). */
        DeleteAgentsRequest: {
            agents: components["schemas"]["AgentReference"][];
        };
        /** @description Answer of *list the keys* (5.18.3). */
        AgentSecretsList: {
            secrets: components["schemas"]["ListedSecret"][];
        };
        /** @description One key. The two values are always empty. */
        ListedSecret: {
            key: components["schemas"]["SecretKey"];
            obfuscated: string;
            secret: string;
        };
        /** @description Body of *change the secrets of an agent* (5.18.4). */
        SecretsChange: {
            agenthost: components["schemas"]["Host"];
            managerhost: components["schemas"]["Host"];
            add?: {
                secrets: components["schemas"]["AddedSecret"][];
            };
            delete?: {
                secrets: components["schemas"]["DeletedSecret"][];
            };
        };
        /** @description A key to create or overwrite. */
        AddedSecret: {
            key: components["schemas"]["SecretKey"];
            secret: components["schemas"]["SecretText"];
        };
        /** @description A key to delete. */
        DeletedSecret: {
            key: components["schemas"]["SecretKey"];
        };
        /** @description One entry of a `messageList` (5.2.6). */
        Warning: {
            messageId: string;
            message: string;
        };
        /** @description The body of every answer other than 200 (5.2.6). */
        ErrorBody: {
            /** @description Milliseconds since the epoch. */
            timestamp: number;
            status: number;
            /** @description The status in words. */
            error: string;
            /** @description A Java class name. */
            exception: string;
            message: string;
            path: string;
            messageId: string;
            returnCode: number;
            extensions?: unknown;
        };
        /** @description A host name. */
        Host: string;
        /** @description An IM client ID. ASCII 0x20-0x7e without a colon (5.2.8, 5.4.4). */
        ClientId: string;
        /**
         * Format: password
         * @description An initial secret (5.4.3, 5.19).
         */
        InitialSecret: string;
        /** @description The key of an agent's secret (5.18.4). */
        SecretKey: string;
        /**
         * Format: password
         * @description The value of an agent's secret (5.18.4).
         */
        SecretText: string;
        /**
         * @description UTC.
         * @example 2024-02-29T12:34:56Z
         */
        Time: string;
    };
    responses: {
        /** @description The request is invalid (generic). */
        InvalidRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Not authenticated (generic). */
        NotAuthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description No such resource (generic). */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description `Accept` allows no JSON (generic). */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description A POST without `Content-Length` (generic). */
        LengthRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is too large; the limit is not published (generic). */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is not JSON in UTF-8 (generic). */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Internal error (generic). */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The service is busy, or not up yet (generic). */
        Unavailable: {
            headers: {
                /** @description Seconds to wait, where the manager says so. */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: {
        /** @description The language of messages. */
        AcceptLanguage: "ja" | "en" | "zh";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "productName": "JP1/IM3-Manager",
                     *       "productVersion": "13-10",
                     *       "apiVersion": [
                     *         "01.00.00"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["VersionInfo"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user": "jp1admin",
                 *       "password": "example-password"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The session is open. */
            200: {
                headers: {
                    /** @description `JSESSIONID=...`, the session's cookie. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jp1user": "jp1admin",
                     *       "jp1token": "7f0c",
                     *       "token": "b41d",
                     *       "clientId": "5a20",
                     *       "permissions": []
                     *     }
                     */
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            /** @description The user was not let in. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is closed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example true */
                    "application/json": true;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Failed"];
            503: components["responses"]["Unavailable"];
        };
    };
    issueInitialSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new initial secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "example-initial-secret",
                     *       "lastUpdateTime": "2024-02-29T12:34:56Z"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedInitialSecret"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    issueClientSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "clientId": "fluentd-web"
                 *     }
                 */
                "application/json": components["schemas"]["IssueClientRequest"];
            };
        };
        responses: {
            /** @description The client and its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "clientSecret": "example-client-secret",
                     *       "lastUpdateTime": "2024-02-29T12:34:56Z"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedClientSecret"];
                };
            };
            /** @description The ID is invalid, or exists already. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    listClients: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The IDs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "clientIds": [
                     *         "AGENT_web01",
                     *         "fluentd-web"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClientList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            /** @description The database failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    deleteClients: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "clientIds": [
                 *         "fluentd-web",
                 *         "MANAGER_INTEGRATED_immhost00"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DeleteClientsRequest"];
            };
        };
        responses: {
            /** @description All of them are deleted. The body is empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is invalid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database failed, or an ID is not registered. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    listLowerManagers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The host names. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subManagers": [
                     *         "immhost-osaka"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LowerManagerList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            /** @description The database is unreachable. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    addLowerManager: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "hostname": "immhost-osaka",
                 *       "initialsecret": "example-initial-secret"
                 *     }
                 */
                "application/json": components["schemas"]["AddLowerManagerRequest"];
            };
        };
        responses: {
            /** @description The host is added or updated. The body is empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is invalid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The own database is unreachable, the lower manager is unreachable, or adding failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    deleteLowerManagers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subManagers": [
                 *         "immhost-osaka"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DeleteLowerManagersRequest"];
            };
        };
        responses: {
            /** @description The hosts are deleted. The body is empty, or names the hosts whose own side is not cleaned up. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "errhostlist": [
                     *         "immhost-osaka"
                     *       ],
                     *       "messageList": [
                     *         {
                     *           "messageId": "KAJY68204-W",
                     *           "message": "immhost-osaka is unreachable"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PartialAnswer"];
                };
            };
            /** @description A parameter is invalid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database is unreachable. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    listAgents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agents. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database is unreachable. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAgents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "agents": [
                 *         {
                 *           "agenthost": "web01",
                 *           "managerhost": "immhost01"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DeleteAgentsRequest"];
            };
        };
        responses: {
            /** @description The agents are deleted. The body is empty, or names the hosts that failed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "errhostlist": [
                     *         "web01"
                     *       ],
                     *       "messageList": [
                     *         {
                     *           "messageId": "KAJY68204-W",
                     *           "message": "immhost-osaka is unreachable"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PartialAnswer"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The database is unreachable (as for *list*: the facts name no ID here), or a generic failure. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    listAgentSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "agenthost": "web01",
                 *       "managerhost": "immhost01"
                 *     }
                 */
                "application/json": components["schemas"]["AgentReference"];
            };
        };
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secrets": [
                     *         {
                     *           "key": "prometheus.password",
                     *           "obfuscated": "",
                     *           "secret": ""
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AgentSecretsList"];
                };
            };
            /** @description A parameter is invalid, or there is no such agent under that manager, or no right on it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The manager, the agent or what lies between them failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    changeAgentSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description The language of messages. */
                "Accept-Language"?: components["parameters"]["AcceptLanguage"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "agenthost": "web01",
                 *       "managerhost": "immhost01",
                 *       "add": {
                 *         "secrets": [
                 *           {
                 *             "key": "smtp.password",
                 *             "secret": "example"
                 *           }
                 *         ]
                 *       },
                 *       "delete": {
                 *         "secrets": [
                 *           {
                 *             "key": "old.key"
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SecretsChange"];
            };
        };
        responses: {
            /** @description Every change is made. The body is empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter is invalid, or there is no such agent under that manager, or no right on it. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            401: components["responses"]["NotAuthenticated"];
            /** @description The user has no permission for this call. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description The manager, the agent or what lies between them failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
}
