// Generated from schemas/manager-api.openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/im/api/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        get?: never;
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
        post?: never;
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
        get?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        post?: never;
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
        /** @description Answer of `getVersion` (5.12.1). */
        VersionInfo: {
            productName: string;
            /** @description VV-RR or VV-RR-SS. */
            productVersion: string;
            apiVersion: string[];
        };
        /** @description Body of `login` (5.4.1). */
        LoginRequest: {
            /** @description Case-insensitive. */
            user: string;
            /**
             * Format: password
             * @description At most 32 bytes.
             */
            password: string;
        };
        /** @description Answer of `login` (5.4.1). */
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
        /** @description Answer of `issueInitialSecret` (5.4.3). */
        IssuedInitialSecret: {
            secret: components["schemas"]["InitialSecret"];
            lastUpdateTime: components["schemas"]["Time"];
        };
        /** @description Body of `issueClientSecret` (5.4.5). */
        IssueClientRequest: {
            clientId: components["schemas"]["ClientId"];
        };
        /**
         * @description Answer of `issueClientSecret` (5.4.5). The only time that the secret is shown.
         *     The manual's Overview prints the field as `secret`: accept both, exactly one of them.
         */
        IssuedClientSecret: {
            /** Format: password */
            clientSecret?: string;
            /** Format: password */
            secret?: string;
            lastUpdateTime: components["schemas"]["Time"];
        } & (unknown | unknown);
        /** @description Answer of `listClients` (5.4.6). */
        ClientList: {
            clientIds: components["schemas"]["ClientId"][];
        };
        /** @description Body of `deleteClients` (5.4.4). */
        DeleteClientsRequest: {
            clientIds: components["schemas"]["ClientId"][];
        };
        /** @description Answer of `listLowerManagers` (5.19.1). */
        LowerManagerList: {
            subManagers: components["schemas"]["Host"][];
        };
        /** @description Body of `addLowerManager` (5.19.2). */
        AddLowerManagerRequest: {
            hostname: components["schemas"]["Host"];
            initialsecret: components["schemas"]["InitialSecret"];
        };
        /** @description Body of `deleteLowerManagers` (5.19.3). */
        DeleteLowerManagersRequest: {
            subManagers: components["schemas"]["Host"][];
        };
        /** @description A 200 that is not a full success; where all went well the body is empty. */
        PartialAnswer: {
            errhostlist: components["schemas"]["Host"][];
            messageList: components["schemas"]["Warning"][];
        };
        /** @description Answer of `listAgents` (5.18.1). */
        AgentList: {
            agents: components["schemas"]["Agent"][];
            messageList?: components["schemas"]["Warning"][];
        };
        /** @description One integrated agent (7.2.5). */
        Agent: {
            agentid: string;
            agenthost: components["schemas"]["Host"];
            /**
             * @description To be compared without regard to case.
             * @enum {string}
             */
            os: "windows" | "linux";
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
            /** @description The manual prints the name once as `enabled ` with a space at its end: accept both. */
            enabled: boolean;
        };
        /** @description The pair by which a manager addresses an agent; body of `listAgentSecrets` (5.18.3). */
        AgentReference: {
            agenthost: components["schemas"]["Host"];
            managerhost: components["schemas"]["Host"];
        };
        /** @description Body of `deleteAgents` (5.18.2). */
        DeleteAgentsRequest: {
            agents: components["schemas"]["AgentReference"][];
        };
        /**
         * @description Answer of `deleteAgents` (5.18.2) that is not a full success; where all went well the body is empty. `errdeletelist` and
         *     `errrestartlist` came with edition -40 of the manual.
         */
        AgentDeletion: {
            errhostlist?: components["schemas"]["AgentReference"][];
            errdeletelist?: components["schemas"]["AgentReference"][];
            errrestartlist?: components["schemas"]["AgentReference"][];
            messageList: components["schemas"]["Warning"][];
        };
        /** @description Answer of `listAgentSecrets` (5.18.3). */
        AgentSecretsList: {
            secrets: components["schemas"]["ListedSecret"][];
        };
        /** @description One key. The two values are always empty. */
        ListedSecret: {
            key: components["schemas"]["SecretKey"];
            obfuscated: string;
            secret: string;
        };
        /** @description Body of `changeAgentSecrets` (5.18.4). */
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
        /** @description An IM client ID, as `issueClientSecret` (5.4.5) takes it. ASCII 0x20-0x7e without a colon (5.2.8). */
        ClientId: string;
        /**
         * Format: password
         * @description An initial secret, as `issueInitialSecret` (5.4.3) gives and `addLowerManager` (5.19.2) takes it.
         */
        InitialSecret: string;
        /** @description The key of an agent's secret, as `changeAgentSecrets` (5.18.4) takes it. */
        SecretKey: string;
        /**
         * Format: password
         * @description The value of an agent's secret, as `changeAgentSecrets` (5.18.4) takes it.
         */
        SecretText: string;
        /**
         * @description UTC.
         * @example 2024-02-29T12:34:56Z
         */
        Time: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
