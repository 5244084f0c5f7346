namespace PhotoLambda.Local;

/// <summary>What to know and what to type next, once everything runs.</summary>
internal static class Welcome
{
    public static void Show(LocalCloud cloud, StepConsole console)
    {
        var api = cloud.Api.AbsoluteUri.TrimEnd('/');
        var aws = cloud.Cloud.AbsoluteUri.TrimEnd('/');
        const string keys = $"{CloudIdentity.AccessKeyId} / {CloudIdentity.SecretAccessKey}";
        console.WriteLine($"""

            PhotoLambda is ready.

              API            {api}
              S3 and SQS     {aws}   (region {CloudIdentity.Region}, keys {keys})
              PostgreSQL     {cloud.Database.OwnerUrl ?? "as PHOTOLAMBDA_DATABASE_URL says"}
              state          {api}/_local/state
              chaos          {api}/_local/chaos   (POST what is to go wrong)
              data           {cloud.DataFolder}

            A token for the organization "demo", and a first request:

              TOKEN=$(curl -s '{api}/_local/token?org=demo' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
              curl -H "Authorization: Bearer $TOKEN" {api}/api/v1/projects

            Log lines of the functions appear here; --parameter LogLevel=INFO shows one for each request.
            The README walks a photo through from here; Ctrl-C stops everything.

            """);
        foreach (var (id, environment) in cloud.AttachedEnvironments())
        {
            console.WriteLine($"Start {id} yourself, with:");
            foreach (var (name, value) in environment)
            {
                console.WriteLine($"  export {name}='{value}'");
            }
        }
    }
}
