namespace PhotoLambda.Lambda;

/// <summary>What an application with the AWS Mobile SDK tells about itself when it invokes a function.</summary>
public interface IClientContext
{
    IDictionary<string, string> Environment { get; }

    IClientApplication Client { get; }

    /// <summary>Values that the application chose itself.</summary>
    IDictionary<string, string> Custom { get; }
}

/// <summary>The mobile application; each member is empty when it was not sent.</summary>
public interface IClientApplication
{
    string AppPackageName { get; }

    string AppTitle { get; }

    string AppVersionCode { get; }

    string AppVersionName { get; }

    string InstallationId { get; }
}
